package org.ppo4j.env;

import java.util.Arrays;

/**
 * The set of valid observations or actions of one sub-environment; the counterpart of {@code
 * gymnasium.spaces}.
 *
 * <p>A value of a space is {@link #size()} consecutive {@code double}s of a row, in C order. Every
 * element of every supported dtype but {@code int64} beyond 2<sup>53</sup> is exact as a {@code
 * double}. {@code Dict} and {@code Tuple} spaces arrive flattened, as {@code
 * gymnasium.spaces.flatten} does it.
 */
public sealed interface Space {

  /** Returns how many numbers one value of this space has. */
  int size();

  /**
   * Returns whether the {@link #size()} numbers of {@code values} from {@code offset} on are a
   * value of this space.
   */
  boolean contains(double[] values, int offset);

  /**
   * Numbers within bounds, {@code gymnasium.spaces.Box}.
   *
   * @param low the least value of each element, {@code [size]}; may be negative infinity
   * @param high the greatest value of each element, {@code [size]}; may be infinity
   * @param shape the array's shape; its product is the size
   * @param dtype the element type
   */
  @SuppressWarnings("ArrayRecordComponent") // cloned in and out, compared by content
  record Box(double[] low, double[] high, int[] shape, DType dtype) implements Space {
    public Box {
      low = low.clone();
      high = high.clone();
      shape = shape.clone();
      int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (low.length != size || high.length != size) {
        throw new IllegalArgumentException(
            "a Box of shape %s needs %d bounds, but got %d low and %d high ones"
                .formatted(Arrays.toString(shape), size, low.length, high.length));
      }
      for (int i = 0; i < size; i++) {
        if (!(low[i] <= high[i])) {
          throw new IllegalArgumentException(
              "a Box needs low <= high, but element %d has low %s and high %s"
                  .formatted(i, low[i], high[i]));
        }
      }
    }

    /** Returns a one-dimensional box whose {@code size} elements share their bounds. */
    public static Box of(double low, double high, int size, DType dtype) {
      double[] lows = new double[size];
      double[] highs = new double[size];
      Arrays.fill(lows, low);
      Arrays.fill(highs, high);
      return new Box(lows, highs, new int[] {size}, dtype);
    }

    @Override
    public double[] low() {
      return low.clone();
    }

    @Override
    public double[] high() {
      return high.clone();
    }

    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public int size() {
      return low.length;
    }

    @Override
    public boolean contains(double[] values, int offset) {
      for (int i = 0; i < low.length; i++) {
        double value = values[offset + i];
        if (!(value >= low[i] && value <= high[i])
            || (dtype.isIntegral() && value != Math.rint(value))) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Box box
          && Arrays.equals(low, box.low)
          && Arrays.equals(high, box.high)
          && Arrays.equals(shape, box.shape)
          && dtype == box.dtype;
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(low) + Arrays.hashCode(high) + Arrays.hashCode(shape);
    }

    @Override
    public String toString() {
      double least = Arrays.stream(low).min().orElse(0);
      double greatest = Arrays.stream(high).max().orElse(0);
      return "Box(%s, %s, %s, %s)"
          .formatted(
              least,
              greatest,
              Arrays.toString(shape),
              dtype.name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  /**
   * One whole number of {@code start <= value < start + n}, {@code gymnasium.spaces.Discrete}.
   *
   * @param n how many values there are, at least 1
   * @param start the least value
   */
  record Discrete(int n, int start) implements Space {
    public Discrete {
      requirePositive(n);
    }

    /** Makes the space of the values {@code 0 .. n - 1}. */
    public Discrete(int n) {
      this(n, 0);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public boolean contains(double[] values, int offset) {
      return isWhole(values[offset], start, n);
    }
  }

  /**
   * Several independent whole numbers, number {@code i} of {@code start[i] <= value < start[i] +
   * nvec[i]}, {@code gymnasium.spaces.MultiDiscrete}.
   *
   * @param nvec how many values each number has, {@code [size]}, each at least 1
   * @param start the least value of each number, {@code [size]}
   */
  @SuppressWarnings("ArrayRecordComponent") // cloned in and out, compared by content
  record MultiDiscrete(int[] nvec, int[] start) implements Space {
    public MultiDiscrete {
      nvec = nvec.clone();
      start = start.clone();
      if (nvec.length == 0 || start.length != nvec.length) {
        throw new IllegalArgumentException(
            "a MultiDiscrete needs as many starts as counts and at least one, but got %d and %d"
                .formatted(start.length, nvec.length));
      }
      for (int n : nvec) {
        requirePositive(n);
      }
    }

    /** Makes a space whose numbers all start at 0. */
    public MultiDiscrete(int... nvec) {
      this(nvec, new int[nvec.length]);
    }

    @Override
    public int[] nvec() {
      return nvec.clone();
    }

    @Override
    public int[] start() {
      return start.clone();
    }

    @Override
    public int size() {
      return nvec.length;
    }

    @Override
    public boolean contains(double[] values, int offset) {
      for (int i = 0; i < nvec.length; i++) {
        if (!isWhole(values[offset + i], start[i], nvec[i])) {
          return false;
        }
      }
      return true;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof MultiDiscrete space
          && Arrays.equals(nvec, space.nvec)
          && Arrays.equals(start, space.start);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(nvec) + Arrays.hashCode(start);
    }

    @Override
    public String toString() {
      return "MultiDiscrete(" + Arrays.toString(nvec) + ")";
    }
  }

  /**
   * {@code n} independent zeros and ones, {@code gymnasium.spaces.MultiBinary}.
   *
   * @param n how many there are, at least 1
   */
  record MultiBinary(int n) implements Space {
    public MultiBinary {
      requirePositive(n);
    }

    @Override
    public int size() {
      return n;
    }

    @Override
    public boolean contains(double[] values, int offset) {
      for (int i = 0; i < n; i++) {
        if (!isWhole(values[offset + i], 0, 2)) {
          return false;
        }
      }
      return true;
    }
  }

  private static boolean isWhole(double value, int start, int n) {
    return value == Math.rint(value) && value >= start && value < (double) start + n;
  }

  private static void requirePositive(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("a space needs at least one value, but got n = " + n);
    }
  }
}
