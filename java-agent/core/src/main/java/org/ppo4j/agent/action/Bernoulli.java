package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;

/** Independent bits for MultiBinary, each given by the logit of a one. */
final class Bernoulli implements ActionDistribution {
  private final int size;
  private int rows;
  private float[] evaluatedOutputs = {};
  private float[] evaluatedActions = {};

  Bernoulli(int size) {
    this.size = size;
  }

  @Override
  public int actionSize() {
    return size;
  }

  @Override
  public int outputSize() {
    return size;
  }

  @Override
  public void sample(
      float[] logits, int rows, float[] parameters, UniformRandomProvider random, float[] actions) {
    for (int i = 0; i < rows * size; i++) {
      actions[i] = random.nextDouble() < Math.exp(logSigmoid(logits[i])) ? 1 : 0;
    }
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    for (int i = 0; i < rows * size; i++) {
      random.nextDouble();
    }
    return true;
  }

  @Override
  public void mode(float[] logits, int rows, float[] actions) {
    for (int i = 0; i < rows * size; i++) {
      actions[i] = logits[i] > 0 ? 1 : 0;
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
    this.rows = rows;
    evaluatedOutputs = logits;
    evaluatedActions = actions;
    for (int row = 0; row < rows; row++) {
      double logProb = 0;
      double entropy = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double logOne = logSigmoid(logits[i]);
        double logZero = logSigmoid(-logits[i]);
        logProb += actions[i] == 1 ? logOne : logZero;
        entropy -= Math.exp(logOne) * logOne + Math.exp(logZero) * logZero;
      }
      logProbs[row] = (float) logProb;
      entropies[row] = (float) entropy;
    }
  }

  /** d log pi(a) / dz = a - sigma(z) and dH / dz = -z sigma(z) sigma(-z). */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      double logit = evaluatedOutputs[i];
      double one = Math.exp(logSigmoid(logit));
      double zero = Math.exp(logSigmoid(-logit));
      outputGradients[i] =
          (float)
              (logProbGradients[i / size] * (evaluatedActions[i] - one)
                  - entropyGradient * logit * one * zero);
    }
  }

  @Override
  public void kl(float[] oldLogits, float[] oldLogStds, float[] divergences) {
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double logOne = logSigmoid(oldLogits[i]);
        double logZero = logSigmoid(-oldLogits[i]);
        divergence +=
            Math.exp(logOne) * (logOne - logSigmoid(evaluatedOutputs[i]))
                + Math.exp(logZero) * (logZero - logSigmoid(-evaluatedOutputs[i]));
      }
      divergences[row] = (float) divergence;
    }
  }

  /** d KL(old, new) / dz = sigma(z) - sigma(z_old). */
  @Override
  public void addKlGradients(
      float[] oldLogits,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      double one = Math.exp(logSigmoid(evaluatedOutputs[i]));
      outputGradients[i] += (float) (weight * (one - Math.exp(logSigmoid(oldLogits[i]))));
    }
  }

  /** The information of a logit is sigma(z) sigma(-z). */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    for (int i = 0; i < rows * size; i++) {
      double logit = evaluatedOutputs[i];
      double variance = Math.exp(logSigmoid(logit) + logSigmoid(-logit));
      tangents[i] = (float) (variance * tangents[i] / rows);
    }
  }

  private static double logSigmoid(double x) {
    return x >= 0 ? -Math.log1p(Math.exp(-x)) : x - Math.log1p(Math.exp(x));
  }
}
