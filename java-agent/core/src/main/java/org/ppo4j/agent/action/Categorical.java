package org.ppo4j.agent.action;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;

/** Independent choices for Discrete and MultiDiscrete, each among n options given by logits. */
final class Categorical implements ActionDistribution {
  private final int[] nvec;
  private final int outputs;
  private int rows;

  /** Probabilities of all options at the last evaluate, {@code [B, D]}, and their logarithms. */
  private double[] pi = {};

  private double[] logPi = {};

  /** Entropies of all components at the last evaluate, {@code [B, A]}. */
  private double[] componentEntropies = {};

  private float[] evaluatedActions = {};

  Categorical(int... nvec) {
    this.nvec = nvec.clone();
    outputs = Arrays.stream(nvec).sum();
  }

  @Override
  public int actionSize() {
    return nvec.length;
  }

  @Override
  public int outputSize() {
    return outputs;
  }

  @Override
  public void sample(
      float[] logits, int rows, float[] parameters, UniformRandomProvider random, float[] actions) {
    normalize(logits, rows);
    int at = 0;
    for (int component = 0; component < rows * nvec.length; component++) {
      int n = nvec[component % nvec.length];
      double remaining = random.nextDouble();
      int choice = 0;
      while (choice < n - 1 && (remaining -= pi[at + choice]) >= 0) {
        choice++;
      }
      while (logits[at + choice] == MaskedActorCritic.INVALID && choice > 0) {
        choice--; // rounding left something of the sum of all probabilities
      }
      actions[component] = choice;
      at += n;
    }
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    for (int component = 0; component < rows * nvec.length; component++) {
      random.nextDouble();
    }
    return true;
  }

  @Override
  public void mode(float[] logits, int rows, float[] actions) {
    int at = 0;
    for (int component = 0; component < rows * nvec.length; component++) {
      int n = nvec[component % nvec.length];
      int best = 0;
      for (int i = 1; i < n; i++) {
        if (logits[at + i] > logits[at + best]) {
          best = i;
        }
      }
      actions[component] = best;
      at += n;
    }
  }

  @Override
  public void evaluate(
      float[] logits,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    normalize(logits, rows);
    evaluatedActions = actions;
    int at = 0;
    for (int row = 0; row < rows; row++) {
      double logProb = 0;
      double rowEntropy = 0;
      for (int i = 0; i < nvec.length; i++) {
        logProb += logPi[at + (int) actions[row * nvec.length + i]];
        double entropy = 0;
        for (int j = at; j < at + nvec[i]; j++) {
          entropy -= pi[j] * logPi[j];
        }
        componentEntropies[row * nvec.length + i] = entropy;
        rowEntropy += entropy;
        at += nvec[i];
      }
      logProbs[row] = (float) logProb;
      entropies[row] = (float) rowEntropy;
    }
  }

  /** d log pi(a) / dz_j = [j = a] - pi_j and dH / dz_j = -pi_j (log pi_j + H). */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    int at = 0;
    int component = 0;
    for (int row = 0; row < rows; row++) {
      double byLogProb = logProbGradients[row];
      for (int n : nvec) {
        double entropy = componentEntropies[component];
        for (int j = at; j < at + n; j++) {
          outputGradients[j] =
              (float) (-pi[j] * (byLogProb + entropyGradient * (logPi[j] + entropy)));
        }
        outputGradients[at + (int) evaluatedActions[component]] += (float) byLogProb;
        at += n;
        component++;
      }
    }
  }

  @Override
  public void kl(float[] oldLogits, float[] oldLogStds, float[] divergences) {
    int at = 0;
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int n : nvec) {
        double oldLogSum = logSum(oldLogits, at, at + n);
        for (int j = at; j < at + n; j++) {
          double oldLogPi = oldLogits[j] - oldLogSum;
          divergence += Math.exp(oldLogPi) * (oldLogPi - logPi[j]);
        }
        at += n;
      }
      divergences[row] = (float) divergence;
    }
  }

  /** d KL(old, new) / dz_j = pi_j - pi_old_j. */
  @Override
  public void addKlGradients(
      float[] oldLogits,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    int at = 0;
    for (int component = 0; component < rows * nvec.length; component++) {
      int n = nvec[component % nvec.length];
      double oldLogSum = logSum(oldLogits, at, at + n);
      for (int j = at; j < at + n; j++) {
        outputGradients[j] += (float) (weight * (pi[j] - Math.exp(oldLogits[j] - oldLogSum)));
      }
      at += n;
    }
  }

  /** The information of a component's logits is diag(pi) - pi pi^T. */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    int at = 0;
    for (int component = 0; component < rows * nvec.length; component++) {
      int n = nvec[component % nvec.length];
      double mean = 0;
      for (int j = at; j < at + n; j++) {
        mean += pi[j] * tangents[j];
      }
      for (int j = at; j < at + n; j++) {
        tangents[j] = (float) (pi[j] * (tangents[j] - mean) / rows);
      }
      at += n;
    }
  }

  /** Returns the logarithm of the sum of the exponentials of a component's logits. */
  private static double logSum(float[] logits, int from, int to) {
    float max = logits[from];
    for (int j = from + 1; j < to; j++) {
      max = Math.max(max, logits[j]);
    }
    double sum = 0;
    for (int j = from; j < to; j++) {
      sum += logits[j] == max ? 1 : Math.exp(logits[j] - max);
    }
    return max + Math.log(sum);
  }

  /** Sets {@link #pi} to the softmax of each component, and {@link #logPi} to its logarithm. */
  private void normalize(float[] logits, int rows) {
    this.rows = rows;
    if (logPi.length < rows * outputs) {
      pi = new double[rows * outputs];
      logPi = new double[rows * outputs];
      componentEntropies = new double[rows * nvec.length];
    }
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int n : nvec) {
        normalize(logits, at, at + n);
        at += n;
      }
    }
  }

  private void normalize(float[] logits, int from, int to) {
    float max = logits[from];
    for (int j = from + 1; j < to; j++) {
      max = Math.max(max, logits[j]);
    }
    double sum = 0;
    for (int j = from; j < to; j++) {
      pi[j] = logits[j] == max ? 1 : Math.exp(logits[j] - max);
      sum += pi[j];
    }
    double logSum = max + Math.log(sum);
    for (int j = from; j < to; j++) {
      pi[j] /= sum;
      logPi[j] = logits[j] - logSum;
    }
  }
}
