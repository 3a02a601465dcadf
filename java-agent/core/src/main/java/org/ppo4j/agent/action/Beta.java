package org.ppo4j.agent.action;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.NormalizedGaussianSampler;

/**
 * Independent beta distributions of numbers x in (0, 1), which the {@link ActionEncoder} scales to
 * the bounds (Chou et al. 2017). The actor's outputs are of each row first the alphas, then the
 * betas: both are softplus(output) + 1, so that the density has one maximum and is finite. Log
 * probabilities and entropies are those of x; scaling would add a constant.
 *
 * <p>Formulas are in terms of a = alpha - 1, b = beta - 1 and the expectations E[log x] =
 * psi(alpha) - psi(alpha + beta) and E[log(1 - x)] = psi(beta) - psi(alpha + beta).
 */
final class Beta implements ActionDistribution {
  /**
   * The smallest distance of a sample from 0 and 1, at which log probabilities are still finite: 1
   * - 2^-24 is the largest float below 1.
   */
  static final float EDGE = 0x1p-24f;

  private final int size;
  private final Normals normals = new Normals();
  private int rows;
  private float[] evaluatedOutputs = {};
  private float[] evaluatedActions = {};

  // Of the last evaluate, [B, A] each.
  private double[] a = {};
  private double[] b = {};
  private double[] logBeta = {};
  private double[] meanLog = {};
  private double[] meanLogRest = {};

  Beta(int size) {
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

  /** Draws g / (g + h), where g and h have the gamma distributions of shapes alpha and beta. */
  @Override
  public void sample(
      float[] outputs,
      int rows,
      float[] parameters,
      UniformRandomProvider random,
      float[] actions) {
    NormalizedGaussianSampler normal = normals.of(random);
    for (int i = 0; i < rows * size; i++) {
      double g = gamma(softplus(outputs[alpha(i)]) + 1, normal, random);
      double h = gamma(softplus(outputs[beta(i)]) + 1, normal, random);
      actions[i] = Math.clamp((float) (g / (g + h)), EDGE, 1 - EDGE);
    }
  }

  /** Draws a number of the gamma distribution of a shape of at least 1 (Marsaglia, Tsang 2000). */
  private static double gamma(
      double shape, NormalizedGaussianSampler normal, UniformRandomProvider random) {
    double d = shape - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = normal.sample();
      double root = 1 + c * x;
      if (root > 0) {
        double v = root * root * root;
        double u = random.nextDouble();
        if (u < 1 - 0.0331 * x * x * x * x
            || Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) {
          return d * v;
        }
      }
    }
  }

  /**
   * Writes a / (a + b), the maximum of the density; the middle if alpha and beta are both so close
   * to 1 that a and b are zero, where all numbers are equally probable. StrictMath, because
   * ppo4j-policy runs on other JDKs.
   */
  @Override
  public void mode(float[] outputs, int rows, float[] actions) {
    for (int i = 0; i < rows * size; i++) {
      double a = strictSoftplus(outputs[alpha(i)]);
      double b = strictSoftplus(outputs[beta(i)]);
      actions[i] = a + b == 0 ? 0.5f : (float) (a / (a + b));
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
    reserve(rows * size);
    for (int row = 0; row < rows; row++) {
      double logProb = 0;
      double entropy = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        a[i] = softplus(outputs[alpha(i)]);
        b[i] = softplus(outputs[beta(i)]);
        logBeta[i] = logBeta(a[i], b[i]);
        meanLog[i] = meanLog(a[i], b[i]);
        meanLogRest[i] = meanLog(b[i], a[i]);
        logProb += a[i] * Math.log(actions[i]) + b[i] * Math.log1p(-actions[i]) - logBeta[i];
        entropy += logBeta[i] - a[i] * meanLog[i] - b[i] * meanLogRest[i];
      }
      logProbs[row] = (float) logProb;
      entropies[row] = (float) entropy;
    }
  }

  private void reserve(int n) {
    if (a.length < n) {
      a = new double[n];
      b = new double[n];
      logBeta = new double[n];
      meanLog = new double[n];
      meanLogRest = new double[n];
    }
  }

  /**
   * d log pi / d alpha = log x - E[log x] and dH / d alpha = (a + b) psi'(alpha + beta) - a
   * psi'(alpha), and likewise for beta; d alpha / d output is the logistic function.
   */
  @Override
  public void gradients(
      float[] logProbGradients, float entropyGradient, float[] outputGradients, float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      double byLogProb = logProbGradients[i / size];
      double byAlpha = byLogProb * (Math.log(evaluatedActions[i]) - meanLog[i]);
      double byBeta = byLogProb * (Math.log1p(-evaluatedActions[i]) - meanLogRest[i]);
      if (entropyGradient != 0) {
        double both = (a[i] + b[i]) * Polygamma.trigamma(a[i] + b[i] + 2);
        byAlpha += entropyGradient * (both - a[i] * Polygamma.trigamma(a[i] + 1));
        byBeta += entropyGradient * (both - b[i] * Polygamma.trigamma(b[i] + 1));
      }
      outputGradients[alpha(i)] = (float) (byAlpha * logistic(evaluatedOutputs[alpha(i)]));
      outputGradients[beta(i)] = (float) (byBeta * logistic(evaluatedOutputs[beta(i)]));
    }
  }

  /**
   * KL = log B(new) - log B(old) + (a_old - a) E_old[log x] + (b_old - b) E_old[log(1 - x)], as in
   * {@code torch.distributions.kl}.
   */
  @Override
  public void kl(float[] oldOutputs, float[] oldLogStds, float[] divergences) {
    for (int row = 0; row < rows; row++) {
      double divergence = 0;
      for (int i = row * size; i < (row + 1) * size; i++) {
        double oldA = softplus(oldOutputs[alpha(i)]);
        double oldB = softplus(oldOutputs[beta(i)]);
        divergence +=
            logBeta[i]
                - logBeta(oldA, oldB)
                + (oldA - a[i]) * meanLog(oldA, oldB)
                + (oldB - b[i]) * meanLog(oldB, oldA);
      }
      divergences[row] = (float) divergence;
    }
  }

  /** d KL / d alpha = E[log x] - E_old[log x], and likewise for beta. */
  @Override
  public void addKlGradients(
      float[] oldOutputs,
      float[] oldLogStds,
      double weight,
      float[] outputGradients,
      float[] gradients) {
    for (int i = 0; i < rows * size; i++) {
      double oldA = softplus(oldOutputs[alpha(i)]);
      double oldB = softplus(oldOutputs[beta(i)]);
      double byAlpha = meanLog[i] - meanLog(oldA, oldB);
      double byBeta = meanLogRest[i] - meanLog(oldB, oldA);
      outputGradients[alpha(i)] +=
          (float) (weight * byAlpha * logistic(evaluatedOutputs[alpha(i)]));
      outputGradients[beta(i)] += (float) (weight * byBeta * logistic(evaluatedOutputs[beta(i)]));
    }
  }

  /**
   * The information of (alpha, beta) is diag(psi'(alpha), psi'(beta)) - psi'(alpha + beta); that of
   * the outputs has the logistic function on both sides.
   */
  @Override
  public void fisherProduct(float[] tangents, float[] parameterTangents, float[] products) {
    for (int i = 0; i < rows * size; i++) {
      double alphaSlope = logistic(evaluatedOutputs[alpha(i)]);
      double betaSlope = logistic(evaluatedOutputs[beta(i)]);
      double byAlpha = alphaSlope * tangents[alpha(i)];
      double byBeta = betaSlope * tangents[beta(i)];
      double both = Polygamma.trigamma(a[i] + b[i] + 2) * (byAlpha + byBeta);
      tangents[alpha(i)] =
          (float) (alphaSlope * (Polygamma.trigamma(a[i] + 1) * byAlpha - both) / rows);
      tangents[beta(i)] =
          (float) (betaSlope * (Polygamma.trigamma(b[i] + 1) * byBeta - both) / rows);
    }
  }

  /** Returns where the alpha of component {@code i} of {@code [B, A]} is in the outputs. */
  private int alpha(int i) {
    return i + i / size * size;
  }

  private int beta(int i) {
    return alpha(i) + size;
  }

  private static double logBeta(double a, double b) {
    return org.apache.commons.math3.special.Beta.logBeta(a + 1, b + 1);
  }

  private static double meanLog(double a, double b) {
    return Polygamma.digamma(a + 1) - Polygamma.digamma(a + b + 2);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double strictSoftplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /** Returns the derivative of softplus. */
  private static double logistic(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
