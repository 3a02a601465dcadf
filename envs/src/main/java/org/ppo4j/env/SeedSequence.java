package org.ppo4j.env;

import java.math.BigInteger;

/**
 * Numpy's {@code SeedSequence}, which spreads the bits of a seed of any length over the state of a
 * generator.
 *
 * <p>The algorithm is Melissa O'Neill's {@code seed_seq_fe} with a pool of four words ("Developing
 * a seed_seq Alternative", 2015); the constants are numpy's.
 */
final class SeedSequence {
  private static final int POOL_SIZE = 4;
  private static final int INIT_A = 0x43b0d7e5;
  private static final int MULT_A = 0x931e8875;
  private static final int INIT_B = 0x8b51f9dd;
  private static final int MULT_B = 0x58f38ded;
  private static final int MIX_L = 0xca01f9dd;
  private static final int MIX_R = 0x4973f715;

  private final int[] pool = new int[POOL_SIZE];
  private int hashConstant = INIT_A;

  /** Mixes the 32-bit words of {@code seed}, which is not negative. */
  SeedSequence(BigInteger seed) {
    int words = Math.max(1, (seed.bitLength() + 31) / 32);
    for (int i = 0; i < POOL_SIZE; i++) {
      pool[i] = hash(word(seed, i));
    }
    for (int from = 0; from < POOL_SIZE; from++) {
      for (int to = 0; to < POOL_SIZE; to++) {
        if (from != to) {
          pool[to] = mix(pool[to], hash(pool[from]));
        }
      }
    }
    for (int from = POOL_SIZE; from < words; from++) {
      for (int to = 0; to < POOL_SIZE; to++) {
        pool[to] = mix(pool[to], hash(word(seed, from)));
      }
    }
  }

  /** Returns {@code n} well-mixed words, numpy's {@code generate_state(n, uint64)}. */
  long[] generate(int n) {
    long[] state = new long[n];
    int constant = INIT_B;
    for (int i = 0; i < 2 * n; i++) {
      int word = pool[i % POOL_SIZE] ^ constant;
      constant *= MULT_B;
      word *= constant;
      word ^= word >>> 16;
      state[i / 2] |= Integer.toUnsignedLong(word) << (32 * (i % 2));
    }
    return state;
  }

  private static int word(BigInteger seed, int i) {
    return seed.shiftRight(32 * i).intValue();
  }

  private int hash(int word) {
    int hashed = word ^ hashConstant;
    hashConstant *= MULT_A;
    hashed *= hashConstant;
    return hashed ^ (hashed >>> 16);
  }

  private static int mix(int x, int y) {
    int mixed = MIX_L * x - MIX_R * y;
    return mixed ^ (mixed >>> 16);
  }
}
