package org.ppo4j.agent.action;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;

/**
 * Generalised state-dependent exploration (Raffin et al. 2021; SB3's {@code
 * StateDependentNoiseDistribution} with its defaults). The noise of an action is a linear function
 * of the latent features h, the last hidden or recurrent layer of the actor: {@code a = mu + h E},
 * with a matrix E {@code [L, A]} of normal numbers that {@link #drawNoise} draws and samples keep.
 * Over all E the action is normal with the variance {@code sigma_i^2 = sum_l h_l^2 s_li^2 + 1e-6},
 * where the log deviations log s {@code [L, A]} are parameters.
 *
 * <p>The actor's outputs are of each row first the means {@code [A]}, then the latent features
 * {@code [L]}. No gradient passes through the latter.
 */
final class StateDependentExploration implements Gaussian {
  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double EPSILON = 1e-6;

  private final int size;
  private final int latents;
  private final int stride;
  private final int logStdOffset;
  private final Normals normals = new Normals();

  /** The matrices E of each row of samples, {@code [rows, L, A]}. */
  private double[] noise = {};

  private int rows;
  private float[] evaluatedOutputs = {};
  private float[] evaluatedActions = {};

  /** Squared standard deviations of the noise, s^2, at the last evaluate, {@code [L, A]}. */
  private final double[] squares;

  /** The same of another policy. */
  private final double[] oldSquares;

  /** The derivative of a sum over rows with respect to log s, {@code [L, A]}. */
  private final double[] byLogStd;

  /** Standard deviations of the actions at the last evaluate, {@code [B, A]}. */
  private double[] std = {};

  /**
   * Creates the distribution.
   *
   * @param size A, the number of components of an action
   * @param latents L, the number of latent features
   * @param logStdOffset where the log deviations start in the flat parameters
   */
  StateDependentExploration(int size, int latents, int logStdOffset) {
    this.size = size;
    this.latents = latents;
    this.logStdOffset = logStdOffset;
    stride = size + latents;
    squares = new double[latents * size];
    oldSquares = new double[latents * size];
    byLogStd = new double[latents * size];
  }

  @Override
  public int actionSize() {
    return size;
  }

  @Override
  public int outputSize() {
    return stride;
  }

  @Override
  public void drawNoise(int rows, float[] parameters, UniformRandomProvider random) {
    int n = rows * latents * size;
    if (noise.length != n) {
      noise = new double[n];
    }
    NormalizedGaussianSampler normal = normals.of(random);
    for (int i = 0; i < n; i++) {
      noise[i] = Math.exp(parameters[logStdOffset + i % (latents * size)]) * normal.sample();
    }
  }

  /**
   * Adds the noise that was drawn last.
   *
   * @throws IllegalStateException if it was drawn for fewer rows
   */
  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    if (noise.length < rows * latents * size) {
      throw new IllegalStateException(
          "the noise was drawn for fewer than %d rows; call drawNoise first".formatted(rows));
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        double action = outputs[row * stride + i];
        for (int l = 0; l < latents; l++) {
          action += outputs[latent(row, l)] * noise[(row * latents + l) * size + i];
        }
        actions[row * size + i] = (float) action;
      }
    }
  }

  @Override
  public boolean skipNoise(int rows, UniformRandomProvider random) {
    normals.skip(rows * latents * size, random);
    return true;
  }

  /** Samples draw nothing; the noise is drawn before. */
  @Override
  public boolean skip(int rows, UniformRandomProvider random) {
    return true;
  }

  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(outputs, row * stride, actions, row * size, size);
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
    for (int j = 0; j < squares.length; j++) {
      squares[j] = Math.exp(2.0 * parameters[logStdOffset + j]);
    }
    for (int row = 0; row < rows; row++) {
      double zSquares = 0;
      double logStdSum = 0;
      for (int i = 0; i < size; i++) {
        int at = row * size + i;
        double variance = variance(outputs, row, i, squares);
        std[at] = Math.sqrt(variance);
        zSquares += z(row, i) * z(row, i);
        logStdSum += 0.5 * Math.log(variance);
      }
      logProbs[row] = (float) (-0.5 * zSquares - logStdSum - size * HALF_LOG_TWO_PI);
      entropies[row] = (float) (logStdSum + size * (0.5 + HALF_LOG_TWO_PI));
    }
  }

  /**
   * As of normal distributions by mu and log sigma; then d log sigma_i / d log s_li = h_l^2 s_li^2
   * / sigma_i^2.
   */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    Arrays.fill(byLogStd, 0);
    for (int row = 0; row < rows; row++) {
      double logProbGradient = logProbGradients[row];
      for (int i = 0; i < size; i++) {
        double z = z(row, i);
        outputGradients[row * stride + i] = (float) (logProbGradient * z / std[row * size + i]);
        addByLogStd(row, i, logProbGradient * (z * z - 1) + entropyGradient);
      }
      Arrays.fill(outputGradients, latent(row, 0), latent(row, latents), 0);
    }
    for (int j = 0; j < byLogStd.length; j++) {
      gradients[logStdOffset + j] = (float) byLogStd[j];
    }
  }

  @Override
  public void addPathGradients(double[] byAction, float[] outputGradients, float[] gradients) {
    Arrays.fill(byLogStd, 0);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        int at = row * size + i;
        int mean = row * stride + i;
        outputGradients[mean] += (float) byAction[at];
        addByLogStd(row, i, byAction[at] * (evaluatedActions[at] - evaluatedOutputs[mean]));
      }
    }
    addTo(gradients, 1);
  }

  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    loadOld(oldLogStds);
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int i = 0; i < size; i++) {
        double ratio = squaredRatio(oldOutputs, row, i);
        double shift = shift(oldOutputs, row, i);
        divergence += 0.5 * (ratio + shift * shift - 1 - Math.log(ratio));
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
    loadOld(oldLogStds);
    Arrays.fill(byLogStd, 0);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        double shift = shift(oldOutputs, row, i);
        outputGradients[row * stride + i] += (float) (weight * shift / std[row * size + i]);
        addByLogStd(row, i, 1 - squaredRatio(oldOutputs, row, i) - shift * shift);
      }
    }
    addTo(gradients, weight);
  }

  /** The information of a mean is 1 / sigma^2, that of a log sigma is 2. */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    Arrays.fill(byLogStd, 0);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < size; i++) {
        double variance = std[row * size + i] * std[row * size + i];
        int mean = row * stride + i;
        tangents[mean] = (float) (tangents[mean] / (variance * rows));
        double logSigma = 0;
        for (int l = 0; l < latents; l++) {
          int j = l * size + i;
          double h = evaluatedOutputs[latent(row, l)];
          logSigma += h * h * squares[j] * parameterTangents[logStdOffset + j];
        }
        addByLogStd(row, i, 2 * logSigma / variance / rows);
      }
      Arrays.fill(tangents, latent(row, 0), latent(row, latents), 0);
    }
    for (int j = 0; j < byLogStd.length; j++) {
      products[logStdOffset + j] = (float) byLogStd[j];
    }
  }

  /** Adds a derivative with respect to log sigma of a component to {@link #byLogStd}. */
  private void addByLogStd(int row, int i, double byLogSigma) {
    double variance = std[row * size + i] * std[row * size + i];
    double weight = byLogSigma / variance;
    for (int l = 0; l < latents; l++) {
      double h = evaluatedOutputs[latent(row, l)];
      byLogStd[l * size + i] += weight * h * h * squares[l * size + i];
    }
  }

  private void addTo(float[] gradients, double weight) {
    for (int j = 0; j < byLogStd.length; j++) {
      gradients[logStdOffset + j] += (float) (weight * byLogStd[j]);
    }
  }

  private void loadOld(float[] oldLogStds) {
    for (int j = 0; j < oldSquares.length; j++) {
      oldSquares[j] = Math.exp(2.0 * oldLogStds[j]);
    }
  }

  private double variance(float[] outputs, int row, int i, double[] squares) {
    double variance = EPSILON;
    for (int l = 0; l < latents; l++) {
      double h = outputs[latent(row, l)];
      variance += h * h * squares[l * size + i];
    }
    return variance;
  }

  private int latent(int row, int l) {
    return row * stride + size + l;
  }

  private double z(int row, int i) {
    int at = row * size + i;
    return (evaluatedActions[at] - evaluatedOutputs[row * stride + i]) / std[at];
  }

  private double squaredRatio(float[] oldOutputs, int row, int i) {
    double variance = std[row * size + i] * std[row * size + i];
    return variance(oldOutputs, row, i, oldSquares) / variance;
  }

  private double shift(float[] oldOutputs, int row, int i) {
    int mean = row * stride + i;
    return (evaluatedOutputs[mean] - oldOutputs[mean]) / std[row * size + i];
  }
}
