package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Independent normal distributions whose means and log standard deviations are the actor's outputs:
 * of each row first the means {@code [A]}, then the log standard deviations {@code [A]}.
 *
 * <p>Log standard deviations are limited to {@value #MIN_LOG_STD} to {@value #MAX_LOG_STD}, the
 * numbers of SB3's {@code sac/policies.py} and of Spinning Up's {@code sac/core.py}. At these
 * bounds and outside, their gradient is zero, as that of {@code torch.clamp}.
 */
final class StateDependentGaussian implements Gaussian {
  static final float MIN_LOG_STD = -20;
  static final float MAX_LOG_STD = 2;

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final int size;
  private final Normals normals = new Normals();
  private int rows;
  private float[] evaluatedOutputs = {};
  private float[] evaluatedActions = {};

  /** Standard deviations at the last evaluate, {@code [B, A]}. */
  private double[] std = {};

  StateDependentGaussian(int size) {
    this.size = size;
  }

  @Override
  public int actionSize() {
    return size;
  }

  @Override
  public int outputSize() {
    return 2 * size;
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    var normal = normals.of(random);
    for (int i = 0; i < rows * size; i++) {
      int mean = mean(i);
      double std = Math.exp(logStd(outputs, mean));
      actions[i] = (float) (outputs[mean] + std * normal.sample());
    }
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    normals.skip(rows * size, random);
    return true;
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(outputs, 2 * row * size, actions, row * size, size);
    }
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    this.rows = rows;
    evaluatedOutputs = outputs;
    evaluatedActions = actions;
    if (std.length < rows * size) {
      std = new double[rows * size];
    }
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      double logStdSum = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double logStd = logStd(outputs, mean(i));
        std[i] = Math.exp(logStd);
        squares += z(i) * z(i);
        logStdSum += logStd;
      }
      logProbs[row] = (float) (-0.5 * squares - logStdSum - size * HALF_LOG_TWO_PI);
      entropies[row] = (float) (logStdSum + size * (0.5 + HALF_LOG_TWO_PI));
    }
  }

  /**
   * With z = (a - mu) / sigma: d log pi / d mu = z / sigma, d log pi / d log sigma = z^2 - 1, dH /
   * d log sigma = 1.
   */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      int mean = mean(i);
      double logProbGradient = logProbGradients[i / size];
      double z = z(i);
      outputGradients[mean] = (float) (logProbGradient * z / std[i]);
      outputGradients[mean + size] =
          passes(mean) ? (float) (logProbGradient * (z * z - 1) + entropyGradient) : 0;
    }
  }

  @Override
  public void addPathGradients(double[] byAction, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      int mean = mean(i);
      outputGradients[mean] += (float) byAction[i];
      if (passes(mean)) {
        outputGradients[mean + size] +=
            (float) (byAction[i] * (evaluatedActions[i] - evaluatedOutputs[mean]));
      }
    }
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double ratio = ratio(oldOutputs, i);
        double shift = shift(oldOutputs, i);
        divergence += 0.5 * (ratio * ratio + shift * shift - 1) - Math.log(ratio);
      }
      divergences[row] = (float) divergence;
    }
  }

  /**
   * With s = sigma_old / sigma and d = (mu - mu_old) / sigma: d KL / d mu = d / sigma, d KL / d log
   * sigma = 1 - s^2 - d^2.
   */
  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      int mean = mean(i);
      double ratio = ratio(oldOutputs, i);
      double shift = shift(oldOutputs, i);
      outputGradients[mean] += (float) (weight * shift / std[i]);
      if (passes(mean)) {
        outputGradients[mean + size] += (float) (weight * (1 - ratio * ratio - shift * shift));
      }
    }
  }

  /** The information of a mean is 1 / sigma^2, that of a log standard deviation is 2. */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    for (int i = 0; i < rows * size; i++) {
      int mean = mean(i);
      tangents[mean] = (float) (tangents[mean] / (std[i] * std[i] * rows));
      tangents[mean + size] = passes(mean) ? 2 * tangents[mean + size] / rows : 0;
    }
  }

  /** Returns where the mean of component {@code i} of {@code [B, A]} is in the outputs. */
  private int mean(int i) {
    return i + i / size * size;
  }

  private float logStd(float[] outputs, int mean) {
    return Math.clamp(outputs[mean + size], MIN_LOG_STD, MAX_LOG_STD);
  }

  /** Returns whether a log standard deviation has a gradient. */
  private boolean passes(int mean) {
    float logStd = evaluatedOutputs[mean + size];
    return logStd > MIN_LOG_STD && logStd < MAX_LOG_STD;
  }

  private double z(int i) {
    return (evaluatedActions[i] - evaluatedOutputs[mean(i)]) / std[i];
  }

  private double ratio(float[] oldOutputs, int i) {
    return Math.exp(logStd(oldOutputs, mean(i))) / std[i];
  }

  private double shift(float[] oldOutputs, int i) {
    return (evaluatedOutputs[mean(i)] - oldOutputs[mean(i)]) / std[i];
  }
}
