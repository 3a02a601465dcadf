package org.ppo4j.env;

/** Numpy's {@code default_rng(seed)}: PCG64 seeded through SeedSequence, bit for bit. */
public final class NumpyRandom {
  private NumpyRandom() {}
}
