package org.ppo4j.env.mujoco;

/**
 * Numpy's {@code sum} of float64. Eight or more numbers are added in eight lanes; more than {@value
 * #BLOCK} numbers are split into two halves.
 */
final class DoubleSum {
  private static final int LANES = 8;
  private static final int BLOCK = 128;

  private DoubleSum() {}

  /** Returns the sum of {@code values[offset .. offset + n)}. */
  static double of(double[] values, int offset, int n) {
    if (n > BLOCK) {
      int half = n / 2 - n / 2 % LANES;
      return of(values, offset, half) + of(values, offset + half, n - half);
    }
    double sum = 0;
    int i = 0;
    if (n >= LANES) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      double e = 0;
      double f = 0;
      double g = 0;
      double h = 0;
      for (; i + LANES <= n; i += LANES) {
        int at = offset + i;
        a += values[at];
        b += values[at + 1];
        c += values[at + 2];
        d += values[at + 3];
        e += values[at + 4];
        f += values[at + 5];
        g += values[at + 6];
        h += values[at + 7];
      }
      sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
    for (; i < n; i++) {
      sum += values[offset + i];
    }
    return sum;
  }

  /** Returns the sum of the squares of {@code values}, which are overwritten by their squares. */
  static double ofSquares(double[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= values[i];
    }
    return of(values, 0, values.length);
  }
}
