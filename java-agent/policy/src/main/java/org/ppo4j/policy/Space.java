package org.ppo4j.policy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
    MULTI_BINARY,
    TUPLE
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

  /** The leaves of a tuple, in order; of other kinds the space itself. */
  final Space[] leaves;

  private Space(Space[] leaves, double[] low, double[] high) {
    this.kind = Kind.TUPLE;
    this.type = Type.FLOAT64;
    this.shape = new int[] {low.length};
    this.size = low.length;
    this.low = low;
    this.high = high;
    this.counts = new int[0];
    this.leaves = leaves;
  }

  private Space(Kind kind, Type type, int[] shape, double[] low, double[] high, int[] counts) {
    this.kind = kind;
    this.type = type;
    this.shape = shape;
    this.size = low.length;
    this.low = low;
    this.high = high;
    this.counts = counts;
    this.leaves = new Space[] {this};
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
      case TUPLE -> tuple(fields);
    };
  }

  private static Space tuple(Fields fields) {
    List<Space> leaves = new ArrayList<>();
    int size = 0;
    for (Fields part : fields.objects("parts")) {
      for (Space leaf : of(part).leaves) {
        leaves.add(leaf);
        size += leaf.size;
        requireSize(fields, size);
      }
    }
    if (leaves.isEmpty()) {
      throw fields.contradiction("a tuple has no parts");
    }
    double[] low = new double[size];
    double[] high = new double[size];
    int at = 0;
    for (Space leaf : leaves) {
      System.arraycopy(leaf.low, 0, low, at, leaf.size);
      System.arraycopy(leaf.high, 0, high, at, leaf.size);
      at += leaf.size;
    }
    return new Space(leaves.toArray(new Space[0]), low, high);
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
    if (kind == Kind.TUPLE) {
      int sum = 0;
      for (Space leaf : leaves) {
        sum += leaf.oneHotSize();
      }
      return sum;
    }
    return isChoice() ? (int) sum(counts) : size;
  }

  /**
   * Returns this space without its last {@code numbers}, which are a vector's.
   *
   * @throws PolicyException if its end is not such a vector
   */
  Space without(int numbers, Fields fields) {
    if (numbers == 0) {
      return this;
    }
    Space last = leaves[leaves.length - 1];
    if (last.kind != Kind.BOX || last.shape.length != 1 || numbers >= size || numbers > last.size) {
      throw fields.contradiction(
          "critics alone see %d numbers, which are not a vector at the end of observations",
          numbers);
    }
    double[] shorterLow = Arrays.copyOf(low, size - numbers);
    double[] shorterHigh = Arrays.copyOf(high, size - numbers);
    if (kind == Kind.BOX) {
      int[] shorter = {size - numbers};
      return new Space(Kind.BOX, type, shorter, shorterLow, shorterHigh, counts);
    }
    List<Space> others = new ArrayList<>(Arrays.asList(leaves));
    others.remove(others.size() - 1);
    if (numbers < last.size) {
      others.add(last.without(numbers, fields));
    }
    return new Space(others.toArray(new Space[0]), shorterLow, shorterHigh);
  }

  /**
   * Returns how many flags say which values are valid: one for each value of each choice or bit.
   */
  int maskSize() {
    int sum = 0;
    for (Space leaf : leaves) {
      sum +=
          leaf.isChoice()
              ? (int) sum(leaf.counts)
              : leaf.kind == Kind.MULTI_BINARY ? 2 * leaf.size : 0;
    }
    return sum;
  }

  /** Returns whether a leaf has choices. */
  boolean hasChoice() {
    for (Space leaf : leaves) {
      if (leaf.isChoice()) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether a leaf is a box. */
  boolean hasBox() {
    for (Space leaf : leaves) {
      if (leaf.kind == Kind.BOX) {
        return true;
      }
    }
    return false;
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
