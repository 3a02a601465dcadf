package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;

/**
 * Independent normal distributions: means from the actor, log standard deviations that do not
 * depend on the state.
 */
final class DiagonalGaussian implements Gaussian {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  private final int size;
  private final int logStdOffset;
  private final double[] std;
  private final Normals normals = new Normals();
  private float[] evaluatedMeans = {};
  private float[] evaluatedActions = {};
  private int rows;

  /** (a - mu) / sigma at the last evaluate, {@code [B, A]}. */
  private double[] z = {};

  DiagonalGaussian(int size, int logStdOffset) {
    this.size = size;
    this.logStdOffset = logStdOffset;
    std = new double[size];
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
      float[] means, int rows, float[] parameters, UniformRandomProvider random, float[] actions) {
    loadStd(parameters);
    NormalizedGaussianSampler normal = normals.of(random);
    for (int i = 0; i < rows * size; i++) {
      actions[i] = (float) (means[i] + std[i % size] * normal.sample());
    }
  }

  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    normals.skip(rows * size, random);
    return true;
  }

  @Override
  public void mode(float[] means, int rows, float[] actions) {
    System.arraycopy(means, 0, actions, 0, rows * size);
  }

  @Override
  public void evaluate(
      float[] means,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    this.rows = rows;
    evaluatedMeans = means;
    evaluatedActions = actions;
    if (z.length < rows * size) {
      z = new double[rows * size];
    }
    loadStd(parameters);
    double logStdSum = 0;
    for (int i = 0; i < size; i++) {
      logStdSum += parameters[logStdOffset + i];
    }
    for (int row = 0; row < rows; row++) {
      double squares = 0;
      for (int i = 0; i < size; i++) {
        int at = row * size + i;
        z[at] = (actions[at] - means[at]) / std[i];
        squares += z[at] * z[at];
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
    for (int i = 0; i < size; i++) {
      double byLogStd = 0;
      for (int row = 0; row < rows; row++) {
        int at = row * size + i;
        outputGradients[at] = (float) (logProbGradients[row] * z[at] / std[i]);
        byLogStd += logProbGradients[row] * (z[at] * z[at] - 1) + entropyGradient;
      }
      gradients[logStdOffset + i] = (float) byLogStd;
    }
  }

  @Override
  public void addPathGradients(double[] byAction, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < size; i++) {
      double byLogStd = 0;
      for (int row = 0; row < rows; row++) {
        int at = row * size + i;
        outputGradients[at] += (float) byAction[at];
        byLogStd += byAction[at] * (evaluatedActions[at] - evaluatedMeans[at]);
      }
      gradients[logStdOffset + i] += (float) byLogStd;
    }
  }

  @Override
  public void kl(float[] oldMeans, float[] oldLogStds, float[] divergences) {
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int i = 0; i < size; i++) {
        int at = row * size + i;
        double ratio = Math.exp(oldLogStds[i]) / std[i];
        double shift = (evaluatedMeans[at] - oldMeans[at]) / std[i];
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
      float[] oldMeans,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    for (int i = 0; i < size; i++) {
      double ratio = Math.exp(oldLogStds[i]) / std[i];
      double byLogStd = 0;
      for (int row = 0; row < rows; row++) {
        int at = row * size + i;
        double shift = (evaluatedMeans[at] - oldMeans[at]) / std[i];
        outputGradients[at] += (float) (weight * shift / std[i]);
        byLogStd += 1 - ratio * ratio - shift * shift;
      }
      gradients[logStdOffset + i] += (float) (weight * byLogStd);
    }
  }

  /** The information of a mean is 1 / sigma^2, that of a log standard deviation is 2. */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    for (int i = 0; i < size; i++) {
      for (int row = 0; row < rows; row++) {
        int at = row * size + i;
        tangents[at] = (float) (tangents[at] / (std[i] * std[i] * rows));
      }
      products[logStdOffset + i] = 2 * parameterTangents[logStdOffset + i];
    }
  }

  private void loadStd(float[] parameters) {
    for (int i = 0; i < size; i++) {
      std[i] = Math.exp(parameters[logStdOffset + i]);
    }
  }
}
