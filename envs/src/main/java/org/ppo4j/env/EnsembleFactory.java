package org.ppo4j.env;

/** Makes the sub-environments of a native environment, all at once. */
@FunctionalInterface
public interface EnsembleFactory {

  /**
   * Makes {@code numEnvs} members. Where that fails, nothing of them is left.
   *
   * @param kwargs the environment's arguments, of which it reads all it knows
   * @param numEnvs the number of members, at least 1
   * @throws IllegalArgumentException if an argument has the wrong type or value
   * @throws EnvException if what the environment runs on cannot be had
   */
  Ensemble make(Kwargs kwargs, int numEnvs);

  /** Returns whether {@link #make} needs to fetch nothing from elsewhere first; true by default. */
  default boolean isReady() {
    return true;
  }
}
