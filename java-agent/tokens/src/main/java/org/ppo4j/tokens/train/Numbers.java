package org.ppo4j.tokens.train;

/** Statistics of a batch. */
final class Numbers {
  private Numbers() {}

  static double sum(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value;
    }
    return sum;
  }

  static double mean(double[] x) {
    return sum(x) / x.length;
  }

  /** Returns the standard deviation with n - 1; 0 of a single number. */
  static double deviation(double[] x) {
    double mean = mean(x);
    double sum = 0;
    for (double value : x) {
      sum += (value - mean) * (value - mean);
    }
    return x.length < 2 ? 0 : Math.sqrt(sum / (x.length - 1));
  }

  /** Multiplies all numbers by {@code factor}. */
  static void scale(double[] x, double factor) {
    for (int i = 0; i < x.length; i++) {
      x[i] *= factor;
    }
  }

  /** Returns the differences {@code a - b}. */
  static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      difference[i] = a[i] - b[i];
    }
    return difference;
  }
}
