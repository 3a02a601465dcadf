package org.ppo4j.env;

/** Makes all sub-environments of a native environment at once. */
@FunctionalInterface
public interface EnsembleFactory {

  /**
   * Makes {@code numEnvs} members. If it throws, it has released everything it made.
   *
   * @param kwargs the environment's arguments; the factory reads every argument that it knows
   * @param numEnvs the number of members, at least 1
   * @throws IllegalArgumentException if an argument has the wrong type or value
   * @throws EnvException if something that the environment needs is not available
   */
  Ensemble make(Kwargs kwargs, int numEnvs);

  /** Returns whether {@link #make} can run without downloading anything first; true by default. */
  default boolean isReady() {
    return true;
  }
}
