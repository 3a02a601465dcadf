package org.ppo4j.env;

/**
 * The physics of one sub-environment, and nothing else: {@code NativeVectorEnv} does the batching,
 * time limits, seeding and resets.
 *
 * <p>{@link ArrayDynamics} is a shorter way where the state is a few numbers that are observed.
 *
 * <p>An instance holds the state of one episode. It is made by a factory given to {@code
 * Envs.register} and confined to one thread at a time.
 */
public interface Dynamics {

  /** Returns the space of observations. */
  Space observationSpace();

  /** Returns the space of actions. */
  Space actionSpace();

  /**
   * Starts an episode.
   *
   * @param random the sub-environment's generator, numpy's {@code default_rng(seed)}; it goes on
   *     from episode to episode and belongs to the caller
   */
  void reset(NumpyRandom random);

  /**
   * Advances the state by one step, or completes the step that its {@link Ensemble} has begun.
   *
   * @param actions holds the action, already checked, from {@code offset} on; owned by the caller
   * @param offset where the action starts
   * @return the reward
   */
  double step(double[] actions, int offset);

  /** Returns whether the last step reached a terminal state; never, by default. */
  default boolean terminated() {
    return false;
  }

  /**
   * Writes the observation of the current state.
   *
   * @param out receives {@code observationSpace().size()} numbers from {@code offset} on
   * @param offset where the observation starts
   */
  void observe(double[] out, int offset);

  /**
   * Returns every number that later steps and observations depend on, so that an episode can be
   * gone on with elsewhere. There are equally many at any time, before the first reset too. The
   * array belongs to the caller.
   */
  double[] state();

  /**
   * Takes over a state.
   *
   * @param state what {@link #state} of an instance made alike has returned; owned by the caller
   */
  void restore(double[] state);

  /**
   * Releases what it holds beside the heap, native memory for example; nothing by default. It is
   * called once, also where making the environment fails, and no other call follows.
   */
  default void close() {}
}
