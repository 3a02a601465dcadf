package org.ppo4j.gymnasium;

/**
 * The seeds that workers start with.
 *
 * <p>Environments are seeded by {@link PythonVectorEnv#reset}. These seeds are for what chance
 * there is before and elsewhere: Python's {@code random} and {@code numpy.random} and the order of
 * its sets. A worker seeds the two generators with the seed of its first sub-environment, {@code
 * environments + i} when it starts, and that of the reset later.
 *
 * @param environments the seed of the first sub-environment, not negative
 * @param hash the seed of {@code PYTHONHASHSEED}, of which 32 bits are used; that of the training,
 *     also where its policy is evaluated, because the order of the parts of a space may depend on
 *     it
 */
public record WorkerSeeds(long environments, long hash) {
  /**
   * Creates seeds.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public WorkerSeeds {
    if (environments < 0 || hash < 0) {
      throw new IllegalArgumentException(
          "the seeds are %d and %d: expected no negative ones".formatted(environments, hash));
    }
  }

  /** Returns the value of {@code PYTHONHASHSEED}. */
  String hashSeed() {
    return Long.toString(hash & 0xFFFFFFFFL);
  }
}
