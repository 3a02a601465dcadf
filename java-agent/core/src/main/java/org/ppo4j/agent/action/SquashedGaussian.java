package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * Independent normal distributions squashed to (-1, 1) by tanh. An action here is the normal sample
 * u before tanh; it is stored and learnt from because tanh has no exact inverse in floats. Log
 * probabilities are densities of tanh(u), {@code log N(u) - sum log(1 - tanh(u)^2)} (Haarnoja et
 * al. 2018, appendix C); scaling to the bounds would add a constant.
 *
 * <p>The entropy, {@code H(N) + E[sum log(1 - tanh(u)^2)]}, has no closed form. The expectation is
 * estimated at the stored action, and its gradient is taken along the path {@code u = mu + sigma z}
 * with z held fixed. An estimate by the log probability of the stored action would not need that
 * path, but the mean of its gradient is zero: it would not reward entropy.
 */
final class SquashedGaussian implements ActionDistribution {
  private final int size;
  private final Gaussian gaussian;
  private int rows;

  /** The last actions after tanh, {@code [B, A]}. */
  private double[] squashed = {};

  /** The loss's derivatives with respect to the last actions, {@code [B, A]}. */
  private double[] byAction = {};

  SquashedGaussian(Gaussian gaussian) {
    this.gaussian = gaussian;
    size = gaussian.actionSize();
  }

  @Override
  public int actionSize() {
    return size;
  }

  @Override
  public int outputSize() {
    return gaussian.outputSize();
  }

  @Override
  public void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {
    gaussian.drawNoise(rows, parameters, random);
  }

  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    gaussian.sample(outputs, rows, parameters, random, actions);
  }

  @Override
  public boolean skipNoise(int rows, UniformRandomProvider random) {
    return gaussian.skipNoise(rows, random);
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    return gaussian.skip(rows, random);
  }

  /**
   * Writes the mean, which is the mode of the normal distribution; tanh maps it to the median of
   * the action.
   */
  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    gaussian.mode(outputs, rows, actions);
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    gaussian.evaluate(outputs, rows, parameters, actions, logProbs, entropies);
    this.rows = rows;
    if (squashed.length < rows * size) {
      squashed = new double[rows * size];
      byAction = new double[rows * size];
    }
    for (int row = 0; row < rows; row++) {
      double logSlope = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double magnitude = Math.abs(actions[i]);
        double decay = Math.exp(-2 * magnitude);
        logSlope += 2 * (Math.log(2) - magnitude - Math.log1p(decay));
        squashed[i] = Math.copySign((1 - decay) / (1 + decay), actions[i]);
      }
      logProbs[row] -= (float) logSlope;
      entropies[row] += (float) logSlope;
    }
  }

  /**
   * Adds d log(1 - tanh(u)^2) / du = -2 tanh(u), along the path of u, to the normal distribution's
   * gradients.
   */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    gaussian.gradients(logProbGradients, entropyGradient, outputGradients, gradients);
    for (int i = 0; i < rows * size; i++) {
      byAction[i] = -2 * squashed[i] * entropyGradient;
    }
    gaussian.addPathGradients(byAction, outputGradients, gradients);
  }

  /** Delegates to the normal distributions: tanh, a bijection, leaves the divergence as it is. */
  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    gaussian.kl(oldOutputs, oldLogStds, divergences);
  }

  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    gaussian.addKlGradients(oldOutputs, oldLogStds, weight, outputGradients, gradients);
  }

  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    gaussian.fisherProduct(tangents, parameterTangents, products);
  }
}
