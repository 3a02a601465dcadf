package org.ppo4j.env.mujoco;

/**
 * Numpy's {@code sum(square(x))} of float32. Squares and sums are float32; eight or more numbers
 * are added in eight lanes.
 */
final class FloatSum {
  private static final int LANES = 8;

  /** The number of values above which numpy splits the sum in two. */
  static final int LIMIT = 128;

  private FloatSum() {}

  /**
   * Returns the sum of the squares of {@code values[offset .. offset + n)}, taken as float32.
   *
   * @param n at most {@value #LIMIT}
   */
  static float ofSquares(double[] values, int offset, int n) {
    float sum = 0;
    int i = 0;
    if (n >= LANES) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      float e = 0;
      float f = 0;
      float g = 0;
      float h = 0;
      for (; i + LANES <= n; i += LANES) {
        a += square(values[offset + i]);
        b += square(values[offset + i + 1]);
        c += square(values[offset + i + 2]);
        d += square(values[offset + i + 3]);
        e += square(values[offset + i + 4]);
        f += square(values[offset + i + 5]);
        g += square(values[offset + i + 6]);
        h += square(values[offset + i + 7]);
      }
      sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
    }
    for (; i < n; i++) {
      sum += square(values[offset + i]);
    }
    return sum;
  }

  private static float square(double value) {
    float single = (float) value;
    return single * single;
  }
}
