package org.ppo4j.agent.action;

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
 *
 * <p>The mode is that of the normal distribution, which tanh maps to the median of the action.
 * tanh, a bijection, leaves divergences as they are.
 */
final class SquashedGaussian extends ForwardingDistribution {
  private final int size;
  private final Gaussian gaussian;
  private int rows;

  /** The last actions after tanh, {@code [B, A]}. */
  private double[] squashed = {};

  /** The loss's derivatives with respect to the last actions, {@code [B, A]}. */
  private double[] byAction = {};

  SquashedGaussian(Gaussian gaussian) {
    super(gaussian);
    this.gaussian = gaussian;
    size = gaussian.actionSize();
  }

  @Override
  public void evaluate(
      float[] outputs,
      int rows,
      float[] parameters,
      float[] actions,
      float[] logProbs,
      float[] entropies) {
    super.evaluate(outputs, rows, parameters, actions, logProbs, entropies);
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
    super.gradients(logProbGradients, entropyGradient, outputGradients, gradients);
    for (int i = 0; i < rows * size; i++) {
      byAction[i] = -2 * squashed[i] * entropyGradient;
    }
    gaussian.addPathGradients(byAction, outputGradients, gradients);
  }
}
