package org.ppo4j.agent.update;

import java.util.function.UnaryOperator;

/**
 * The conjugate gradient method for A x = b with a symmetric, positive definite A that is known by
 * its products only, started at x = 0 and stopped early.
 */
final class ConjugateGradient {
  /** The squared norm of a residual that counts as none, as in sb3-contrib. */
  private static final double TOLERANCE = 1e-10;

  private ConjugateGradient() {}

  /**
   * Returns x after at most {@code maxSteps} steps.
   *
   * @param product gives A v for v
   */
  static double[] solve(UnaryOperator<double[]> product, double[] b, int maxSteps) {
    double[] x = new double[b.length];
    double[] residual = b.clone();
    double[] direction = b.clone();
    double squares = dot(residual, residual);
    for (int step = 0; step < maxSteps && squares >= TOLERANCE; step++) {
      double[] along = product.apply(direction);
      double length = squares / dot(direction, along);
      for (int i = 0; i < x.length; i++) {
        x[i] += length * direction[i];
        residual[i] -= length * along[i];
      }
      double before = squares;
      squares = dot(residual, residual);
      for (int i = 0; i < x.length; i++) {
        direction[i] = residual[i] + squares / before * direction[i];
      }
    }
    return x;
  }

  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
