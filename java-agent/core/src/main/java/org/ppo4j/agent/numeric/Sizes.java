package org.ppo4j.agent.numeric;

/** Products and sums of sizes, in {@code long}, so that none overflows before it is refused. */
public final class Sizes {
  /** The most elements of an array in every JVM. */
  public static final long MAX_ARRAY = Integer.MAX_VALUE - 8;

  private Sizes() {}

  /** Returns the product, or {@link Long#MAX_VALUE} if it is larger. None may be negative. */
  public static long product(long... factors) {
    long product = 1;
    for (long factor : factors) {
      long high = Math.multiplyHigh(product, factor);
      product *= factor;
      if (high != 0 || product < 0) {
        return Long.MAX_VALUE;
      }
    }
    return product;
  }

  /** Returns the sum, or {@link Long#MAX_VALUE} if it is larger. None may be negative. */
  public static long sum(long... terms) {
    long sum = 0;
    for (long term : terms) {
      sum += term;
      if (sum < 0) {
        return Long.MAX_VALUE;
      }
    }
    return sum;
  }

  /**
   * Returns {@code size} if an array can have so many elements.
   *
   * @param what what would have them, such as {@code one-hot observations of Discrete(2000000000)}
   * @param remedy what the user can do, such as {@code use a smaller space}
   * @throws IllegalArgumentException if it cannot
   */
  public static int requireArray(long size, String what, String remedy) {
    if (size > MAX_ARRAY) {
      throw new IllegalArgumentException(
          "%s would be %s numbers, more than the %d of an array; %s"
              .formatted(what, text(size), MAX_ARRAY, remedy));
    }
    return (int) size;
  }

  /** Formats a size; one beyond {@code long} as such. */
  public static String text(long size) {
    return size == Long.MAX_VALUE ? "more than 9.2e18" : Long.toString(size);
  }
}
