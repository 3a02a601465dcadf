package org.ppo4j.policy;

import java.util.Arrays;

/**
 * The set of valid observations or actions, as {@code org.ppo4j.env.Space} and {@code
 * gymnasium.spaces} have them.
 */
final class Space {
  /** The kinds, under the names that the manifest has in lower case. */
  enum Kind {
    BOX,
    DISCRETE,
    MULTI_DISCRETE,
    MULTI_BINARY
  }

  /** The types of a box's numbers, under the names that the manifest has in lower case. */
  enum Type {
    FLOAT64(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    FLOAT32(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
    INT64(Long.MIN_VALUE, Long.MAX_VALUE),
    INT32(Integer.MIN_VALUE, Integer.MAX_VALUE),
    INT16(Short.MIN_VALUE, Short.MAX_VALUE),
    INT8(Byte.MIN_VALUE, Byte.MAX_VALUE),
    UINT16(0, 0xFFFF),
    UINT8(0, 0xFF),
    BOOL(0, 1);

    /** The least number of an integer type; negative infinity for others. */
    final double min;

    /** The greatest number of an integer type; infinity for others. */
    final double max;

    Type(double min, double max) {
      this.min = min;
      this.max = max;
    }

    boolean isInteger() {
      return this != FLOAT64 && this != FLOAT32;
    }
  }

  final Kind kind;
  final Type type;
  final int[] shape;

  /** How many numbers a value has. */
  final int size;

  /** The least value of each number, {@code [size]}; may be negative infinity. */
  final double[] low;

  /** The greatest value of each number, {@code [size]}; may be infinity. */
  final double[] high;

  /** How many values each number of a choice has, {@code [size]}; empty for other kinds. */
  final int[] counts;

  private Space(Kind kind, Type type, int[] shape, double[] low, double[] high, int[] counts) {
    this.kind = kind;
    this.type = type;
    this.shape = shape;
    this.size = low.length;
    this.low = low;
    this.high = high;
    this.counts = counts;
  }

  /**
   * Reads a space.
   *
   * @throws PolicyException if the kind is unknown or the space is not valid
   */
  static Space of(Fields fields) {
    Kind kind = fields.constant("type", Kind.class, "space");
    return switch (kind) {
      case BOX -> box(fields);
      case DISCRETE -> choices(kind, fields, new int[0], count(fields), start(fields));
      case MULTI_DISCRETE -> {
        int[] counts = fields.integers("nvec", 1);
        int[] shape = fields.has("shape") ? fields.integers("shape", 0) : new int[] {counts.length};
        yield choices(kind, fields, shape, counts, fields.integers("start", Integer.MIN_VALUE));
      }
      case MULTI_BINARY -> binary(fields);
    };
  }

  private static Space binary(Fields fields) {
    int n = fields.integer("n", 1);
    requireSize(fields, n);
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    int[] shape = fields.has("shape") ? fields.integers("shape", 0) : new int[] {n};
    requireShape(fields, shape, n);
    return new Space(Kind.MULTI_BINARY, Type.INT8, shape, new double[n], ones, new int[0]);
  }

  /** Returns whether values are choices, which networks see one-hot and choose by logits. */
  boolean isChoice() {
    return kind == Kind.DISCRETE || kind == Kind.MULTI_DISCRETE;
  }

  /** Returns how many numbers stand for a value where choices are one-hot. */
  int oneHotSize() {
    return isChoice() ? (int) sum(counts) : size;
  }

  @Override
  public String toString() {
    return kind + " " + Arrays.toString(shape);
  }

  private static Space box(Fields fields) {
    double[] low = fields.numbers("low");
    double[] high = fields.numbers("high");
    int[] shape = fields.integers("shape", 0);
    if (low.length == 0 || low.length != high.length) {
      throw fields.contradiction("a box has %d low and %d high bounds", low.length, high.length);
    }
    requireShape(fields, shape, low.length);
    for (int i = 0; i < low.length; i++) {
      if (!(low[i] <= high[i])) {
        throw fields.contradiction("number %d of a box has low %s and high %s", i, low[i], high[i]);
      }
    }
    Type type = fields.has("dtype") ? fields.constant("dtype", Type.class, "dtype") : Type.FLOAT64;
    return new Space(Kind.BOX, type, shape, low, high, new int[0]);
  }

  private static Space choices(Kind kind, Fields fields, int[] shape, int[] counts, int[] start) {
    if (counts.length == 0 || counts.length != start.length) {
      throw fields.contradiction(
          "a %s has %d counts and %d starts", kind, counts.length, start.length);
    }
    requireShape(fields, shape, counts.length);
    requireSize(fields, sum(counts));
    double[] low = new double[counts.length];
    double[] high = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      low[i] = start[i];
      high[i] = (double) start[i] + counts[i] - 1;
    }
    return new Space(kind, Type.INT64, shape, low, high, counts);
  }

  private static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += count;
    }
    return sum;
  }

  private static int[] count(Fields fields) {
    return new int[] {fields.integer("n", 1)};
  }

  private static int[] start(Fields fields) {
    return new int[] {fields.integer("start", Integer.MIN_VALUE)};
  }

  private static void requireShape(Fields fields, int[] shape, int size) {
    long product = 1;
    for (int length : shape) {
      product = Math.min(product * length, 1L << 31); // two ints' product fits a long
    }
    if (product != size) {
      throw fields.contradiction(
          "a space of shape %s has %d numbers", Arrays.toString(shape), size);
    }
  }

  /** Each of these numbers has a weight, so that more of them than weights are refused at once. */
  private static void requireSize(Fields fields, long size) {
    if (size > Network.MAX_PARAMETERS) {
      throw fields.contradiction(
          "a space of %d values is larger than any network, which has at most %d parameters",
          size, Network.MAX_PARAMETERS);
    }
  }
}
