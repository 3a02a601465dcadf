package org.ppo4j.env;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The set of valid observations or actions of one sub-environment; the counterpart of {@code
 * gymnasium.spaces}.
 *
 * <p>A value of a space is {@link #size()} consecutive {@code double}s, in C order. A {@code
 * double} represents every element of every supported dtype exactly, except {@code int64} beyond
 * 2<sup>53</sup>. {@code Dict} and {@code Tuple} spaces of observations are flattened, as by {@code
 * gymnasium.spaces.flatten}, unless a part is an image. Those of actions are one {@link Box} or
 * {@link MultiDiscrete} where all parts are of that kind; others are a {@link Tuple}.
 *
 * <p>{@code toString} returns the form in which Gymnasium prints a space, such as {@code
 * Discrete(2)} or {@code Box(-1.0, 1.0, (6,), float32)}.
 */
public sealed interface Space {

  /** Returns the number of numbers in one value of this space. */
  int size();

  /**
   * Returns whether the {@link #size()} numbers of {@code values} that start at {@code offset} are
   * a value of this space.
   */
  boolean contains(double[] values, int offset);

  /**
   * Returns the number of flags that say which values of this space are valid as actions, one for
   * each value of each discrete number, in order: {@code n} of a {@link Discrete}, the sum of
   * {@code nvec} of a {@link MultiDiscrete}, two for each bit of a {@link MultiBinary} (those of 0
   * and of 1), none of a {@link Box}, and those of its parts one after the other of a {@link
   * Tuple}. The order is that of sb3-contrib's {@code MaskablePPO}.
   */
  int maskSize();

  /** Returns the spaces that this one is put together from, in order; itself if it has no parts. */
  default List<Space> leaves() {
    return List.of(this);
  }

  /**
   * Returns whether {@linkplain StepBatch#ofBytes batches of bytes} have this leaf of the
   * observations as bytes: a {@link Box} of {@link DType#UINT8} of two or more dimensions, such as
   * an image.
   */
  default boolean holdsBytes() {
    return false;
  }

  /**
   * Returns this space without its leaves that {@linkplain #holdsBytes hold bytes}, a box of no
   * numbers if nothing is left.
   */
  default Space withoutBytes() {
    List<Space> rest = leaves().stream().filter(leaf -> !leaf.holdsBytes()).toList();
    if (rest.size() == leaves().size()) {
      return this;
    }
    return rest.isEmpty() ? Box.of(0, 0, 0, DType.FLOAT64) : new Tuple(rest);
  }

  /** Returns whether a value has a number that is not discrete. */
  default boolean hasBox() {
    return leaves().stream().anyMatch(Box.class::isInstance);
  }

  /**
   * Numbers within bounds, {@code gymnasium.spaces.Box}. The arrays are copied when they are passed
   * in and when they are returned; {@link #low(int)} and {@link #high(int)} copy nothing.
   *
   * @param low the lower bound of each element, {@code [size]}; may be negative infinity
   * @param high the upper bound of each element, {@code [size]}; may be infinity
   * @param shape the shape of the array; its product is the size
   * @param dtype the element type
   */
  @SuppressWarnings("ArrayRecordComponent") // cloned in and out, compared by content
  record Box(double[] low, double[] high, int[] shape, DType dtype) implements Space {

    /**
     * Creates a box.
     *
     * @throws IllegalArgumentException if the number of bounds is not the product of {@code shape},
     *     or if a lower bound is greater than its upper bound or either is NaN
     */
    public Box {
      low = low.clone();
      high = high.clone();
      shape = shape.clone();
      int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
      if (low.length != size || high.length != size) {
        throw new IllegalArgumentException(
            "a Box of shape %s needs %d lower and upper bounds, but got %d and %d"
                .formatted(tuple(shape), size, low.length, high.length));
      }
      for (int i = 0; i < size; i++) {
        if (!(low[i] <= high[i])) {
          throw new IllegalArgumentException(
              "a Box needs low <= high, but element %d has low %s and high %s"
                  .formatted(i, low[i], high[i]));
        }
      }
    }

    /** Returns a one-dimensional box whose {@code size} elements have the same bounds. */
    public static Box of(double low, double high, int size, DType dtype) {
      double[] lows = new double[size];
      double[] highs = new double[size];
      Arrays.fill(lows, low);
      Arrays.fill(highs, high);
      return new Box(lows, highs, new int[] {size}, dtype);
    }

    /** Returns a copy of the lower bound of each element, {@code [size]}. */
    @Override
    public double[] low() {
      return low.clone();
    }

    /** Returns the lower bound of element {@code i}. */
    public double low(int i) {
      return low[i];
    }

    /** Returns a copy of the upper bound of each element, {@code [size]}. */
    @Override
    public double[] high() {
      return high.clone();
    }

    /** Returns the upper bound of element {@code i}. */
    public double high(int i) {
      return high[i];
    }

    /** Returns a copy of the shape. */
    @Override
    public int[] shape() {
      return shape.clone();
    }

    @Override
    public boolean holdsBytes() {
      return dtype == DType.UINT8 && shape.length > 1;
    }

    @Override
    public int size() {
      return low.length;
    }

    @Override
    public int maskSize() {
      return 0;
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

    /** Returns the bounds, the shape and the dtype; bounds that are all equal are one number. */
    @Override
    public String toString() {
      return "Box(%s, %s, %s, %s)"
          .formatted(
              bounds(low), bounds(high), tuple(shape), dtype.name().toLowerCase(Locale.ROOT));
    }

    private String bounds(double[] values) {
      boolean same =
          values.length > 0 && Arrays.stream(values).allMatch(value -> value == values[0]);
      return same ? bound(values[0]) : list(values.length, i -> bound(values[i]));
    }

    private String bound(double value) {
      if (Double.isInfinite(value)) {
        return value < 0 ? "-inf" : "inf";
      }
      return switch (dtype) {
        case FLOAT64 -> Double.toString(value);
        case FLOAT32 -> Float.toString((float) value);
        case BOOL -> value == 0 ? "False" : "True";
        default -> Long.toString((long) value);
      };
    }
  }

  /**
   * One integer with {@code start <= value < start + n}, {@code gymnasium.spaces.Discrete}.
   *
   * @param n the number of values, at least 1
   * @param start the smallest value
   */
  record Discrete(int n, int start) implements Space {

    /**
     * Creates the space of the values {@code start .. start + n - 1}.
     *
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public Discrete {
      requirePositive(n);
    }

    /**
     * Creates the space of the values {@code 0 .. n - 1}.
     *
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public Discrete(int n) {
      this(n, 0);
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public int maskSize() {
      return n;
    }

    @Override
    public boolean contains(double[] values, int offset) {
      return isInteger(values[offset], start, n);
    }

    /** Returns {@code n}, and {@code start} unless it is 0. */
    @Override
    public String toString() {
      return start == 0
          ? "Discrete(%s)".formatted(n)
          : "Discrete(%s, start=%s)".formatted(n, start);
    }
  }

  /**
   * Several independent integers, of which number {@code i} has {@code start[i] <= value < start[i]
   * + nvec[i]}, {@code gymnasium.spaces.MultiDiscrete}. The arrays are copied when they are passed
   * in and when they are returned; {@link #nvec(int)} and {@link #start(int)} copy nothing.
   *
   * @param nvec the number of values of each integer, {@code [size]}, each at least 1
   * @param start the smallest value of each integer, {@code [size]}
   */
  @SuppressWarnings("ArrayRecordComponent") // cloned in and out, compared by content
  record MultiDiscrete(int[] nvec, int[] start) implements Space {

    /**
     * Creates a space.
     *
     * @throws IllegalArgumentException if the arrays are empty or differ in length, or if an
     *     element of {@code nvec} is less than 1
     */
    public MultiDiscrete {
      nvec = nvec.clone();
      start = start.clone();
      if (nvec.length == 0 || start.length != nvec.length) {
        throw new IllegalArgumentException(
            "a MultiDiscrete needs at least one element and as many starts as elements, but got %d elements and %d starts"
                .formatted(nvec.length, start.length));
      }
      for (int n : nvec) {
        requirePositive(n);
      }
    }

    /**
     * Creates a space whose integers all start at 0.
     *
     * @throws IllegalArgumentException if {@code nvec} is empty or an element is less than 1
     */
    public MultiDiscrete(int... nvec) {
      this(nvec, new int[nvec.length]);
    }

    /** Returns a copy of the number of values of each integer, {@code [size]}. */
    @Override
    public int[] nvec() {
      return nvec.clone();
    }

    /** Returns the number of values of integer {@code i}. */
    public int nvec(int i) {
      return nvec[i];
    }

    /** Returns a copy of the smallest value of each integer, {@code [size]}. */
    @Override
    public int[] start() {
      return start.clone();
    }

    /** Returns the smallest value of integer {@code i}. */
    public int start(int i) {
      return start[i];
    }

    @Override
    public int size() {
      return nvec.length;
    }

    @Override
    public int maskSize() {
      return Arrays.stream(nvec).reduce(0, Math::addExact);
    }

    @Override
    public boolean contains(double[] values, int offset) {
      for (int i = 0; i < nvec.length; i++) {
        if (!isInteger(values[offset + i], start[i], nvec[i])) {
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

    /** Returns {@code nvec}, and {@code start} unless all of it is 0. */
    @Override
    public String toString() {
      String counts = list(nvec.length, i -> Integer.toString(nvec[i]));
      return Arrays.stream(start).allMatch(first -> first == 0)
          ? "MultiDiscrete(%s)".formatted(counts)
          : "MultiDiscrete(%s, start=%s)"
              .formatted(counts, list(start.length, i -> Integer.toString(start[i])));
    }
  }

  /**
   * {@code n} independent zeros and ones, {@code gymnasium.spaces.MultiBinary}.
   *
   * @param n the number of elements, at least 1
   */
  record MultiBinary(int n) implements Space {

    /**
     * Creates a space of {@code n} zeros and ones.
     *
     * @throws IllegalArgumentException if {@code n} is less than 1
     */
    public MultiBinary {
      requirePositive(n);
    }

    @Override
    public int size() {
      return n;
    }

    @Override
    public int maskSize() {
      return Math.multiplyExact(2, n);
    }

    @Override
    public boolean contains(double[] values, int offset) {
      for (int i = 0; i < n; i++) {
        if (!isInteger(values[offset + i], 0, 2)) {
          return false;
        }
      }
      return true;
    }

    /** Returns {@code n}. */
    @Override
    public String toString() {
      return "MultiBinary(%s)".formatted(n);
    }
  }

  /**
   * A value of each of several spaces, one after the other; {@code gymnasium.spaces.Tuple}, or the
   * values of a {@code Dict} in the order of its keys.
   *
   * @param parts the spaces, at least one
   */
  record Tuple(List<Space> parts) implements Space {

    /**
     * Creates a space.
     *
     * @throws IllegalArgumentException if there are no parts
     */
    public Tuple {
      parts = List.copyOf(parts);
      if (parts.isEmpty()) {
        throw new IllegalArgumentException("a Tuple needs at least one part, but got none");
      }
    }

    /** Creates a space of these parts. */
    public Tuple(Space... parts) {
      this(List.of(parts));
    }

    @Override
    public int size() {
      int size = 0;
      for (Space part : parts) {
        size = Math.addExact(size, part.size());
      }
      return size;
    }

    @Override
    public int maskSize() {
      int size = 0;
      for (Space part : parts) {
        size = Math.addExact(size, part.maskSize());
      }
      return size;
    }

    @Override
    public List<Space> leaves() {
      return parts.stream().flatMap(part -> part.leaves().stream()).toList();
    }

    @Override
    public boolean contains(double[] values, int offset) {
      int at = offset;
      for (Space part : parts) {
        if (!part.contains(values, at)) {
          return false;
        }
        at += part.size();
      }
      return true;
    }

    /** Returns the parts. */
    @Override
    public String toString() {
      return parts.stream().map(Space::toString).collect(Collectors.joining(", ", "Tuple(", ")"));
    }
  }

  private static boolean isInteger(double value, int start, int n) {
    return value == Math.rint(value) && value >= start && value < (double) start + n;
  }

  private static void requirePositive(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("a space needs at least one value, but got n = " + n);
    }
  }

  /** Formats a shape as Python prints a tuple, {@code (6,)} or {@code (84, 84)}. */
  private static String tuple(int[] shape) {
    String lengths =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    return shape.length == 1 ? "(%s,)".formatted(lengths) : "(%s)".formatted(lengths);
  }

  /** Formats elements as numpy prints an array; of more than 12 only the first and last three. */
  private static String list(int size, IntFunction<String> element) {
    int ends = size > 12 ? 3 : size;
    String head = IntStream.range(0, ends).mapToObj(element).collect(Collectors.joining(" "));
    if (ends == size) {
      return "[%s]".formatted(head);
    }
    String tail =
        IntStream.range(size - ends, size).mapToObj(element).collect(Collectors.joining(" "));
    return "[%s ... %s]".formatted(head, tail);
  }
}
