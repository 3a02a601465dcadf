package org.ppo4j.env;

import java.math.BigInteger;

/**
 * Numpy's {@code default_rng(seed)}, bit for bit: the generator PCG64 seeded through {@code
 * SeedSequence}. Gymnasium's environments draw their initial states from it. A native environment
 * that does the same starts the same episodes from the same seed.
 *
 * <p>PCG64 is the 128-bit linear congruential generator with the output function XSL-RR of Melissa
 * O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms for Random
 * Number Generation" (2014). Bounded integers are Daniel Lemire's, "Fast Random Integer Generation
 * in an Interval" (2019); they use the two halves of a 64-bit draw, the low half first.
 *
 * <p>An instance is confined to one thread at a time. No method but {@link #state} allocates.
 */
public final class NumpyRandom implements Resumable {
  private static final long MULTIPLIER_HIGH = 0x2360ed051fc65da4L;
  private static final long MULTIPLIER_LOW = 0x4385df649fccf645L;
  private static final long UINT32 = 0xffff_ffffL;

  /** The number of values that {@link #state} returns. */
  static final int STATE_LENGTH = 6;

  private long high;
  private long low;
  private long incrementHigh;
  private long incrementLow;
  private boolean hasHalf;
  private long half;

  /**
   * Creates the generator {@code default_rng(seed)}.
   *
   * @throws IllegalArgumentException if {@code seed} is negative
   */
  public NumpyRandom(long seed) {
    this(BigInteger.valueOf(seed));
  }

  /**
   * Creates the generator {@code default_rng(seed)} from a seed of any length.
   *
   * @throws IllegalArgumentException if {@code seed} is negative
   */
  public NumpyRandom(BigInteger seed) {
    if (seed.signum() < 0) {
      throw new IllegalArgumentException("a seed must not be negative, but is " + seed);
    }
    long[] words = new SeedSequence(seed).generate(4);
    incrementHigh = (words[2] << 1) | (words[3] >>> 63);
    incrementLow = (words[3] << 1) | 1;
    advance();
    add(words[0], words[1]);
    advance();
  }

  /** Returns the next 64 random bits, {@code bit_generator.random_raw()}. */
  public long nextUint64() {
    advance();
    return Long.rotateRight(high ^ low, (int) (high >>> 58));
  }

  /** Returns a multiple of 2<sup>-53</sup> from [0, 1), {@code random()}. */
  public double nextDouble() {
    return (nextUint64() >>> 11) * 0x1.0p-53;
  }

  /** Returns a number from [{@code lo}, {@code hi}), {@code uniform(lo, hi)}. */
  public double uniform(double lo, double hi) {
    return lo + (hi - lo) * nextDouble();
  }

  /**
   * Returns a normal deviate of mean 0 and variance 1, {@code standard_normal()}. It equals numpy's
   * bit for bit, except possibly for one in 3,800. Those are drawn from the tail through a
   * logarithm, which numpy takes from the system's library and which may round differently.
   */
  public double standardNormal() {
    return Ziggurat.normal(this);
  }

  /**
   * Returns an integer from [0, {@code n}), {@code integers(n)}.
   *
   * @param n from 1 to 2<sup>32</sup>
   * @throws IllegalArgumentException if {@code n} is out of its range
   */
  public long integers(long n) {
    if (n < 1 || n > UINT32 + 1) {
      throw new IllegalArgumentException("integers(n) needs n from 1 to 2^32, but got " + n);
    }
    if (n == 1) {
      return 0; // numpy draws nothing here
    }
    long product = nextUint32() * n;
    if ((product & UINT32) < n) {
      long threshold = (UINT32 + 1 - n) % n;
      while ((product & UINT32) < threshold) {
        product = nextUint32() * n;
      }
    }
    return product >>> 32;
  }

  /**
   * Returns state and increment (high word first), whether half a draw is unused, and that half.
   */
  @Override
  public long[] state() {
    return new long[] {high, low, incrementHigh, incrementLow, hasHalf ? 1 : 0, half};
  }

  @Override
  public void restore(long[] state) {
    if (state.length != STATE_LENGTH
        || (state[3] & 1) == 0
        || (state[4] & ~1L) != 0
        || (state[5] & ~UINT32) != 0) {
      throw new IllegalArgumentException("this is not the state of a PCG64 generator");
    }
    high = state[0];
    low = state[1];
    incrementHigh = state[2];
    incrementLow = state[3];
    hasHalf = state[4] == 1;
    half = state[5];
  }

  private long nextUint32() {
    if (hasHalf) {
      hasHalf = false;
      return half;
    }
    long bits = nextUint64();
    hasHalf = true;
    half = bits >>> 32;
    return bits & UINT32;
  }

  private void advance() {
    long carried = Math.unsignedMultiplyHigh(low, MULTIPLIER_LOW);
    high = carried + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH;
    low *= MULTIPLIER_LOW;
    add(incrementHigh, incrementLow);
  }

  private void add(long addendHigh, long addendLow) {
    low += addendLow;
    high += addendHigh + (Long.compareUnsigned(low, addendLow) < 0 ? 1 : 0);
  }
}
