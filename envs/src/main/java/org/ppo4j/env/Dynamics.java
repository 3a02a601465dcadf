package org.ppo4j.env;

/**
 * The physics of one sub-environment, and nothing else. {@link Envs} adds batching, time limits,
 * seeding and resets.
 *
 * <p>If the state is a small array of numbers, extending {@link ArrayDynamics} is shorter than
 * implementing this interface.
 *
 * <p>An instance holds the state of one episode. It is made by a factory that was passed to {@link
 * Envs#register} and is confined to one thread at a time.
 */
public interface Dynamics {

  /** Returns the space of observations. */
  Space observationSpace();

  /** Returns the space of actions. */
  Space actionSpace();

  /**
   * Starts an episode.
   *
   * @param random the sub-environment's generator, numpy's {@code default_rng(seed)}. It belongs to
   *     the caller and is not reseeded between episodes
   */
  void reset(NumpyRandom random);

  /**
   * Advances the state by one step, or completes the step that its {@link Ensemble} has started.
   *
   * @param actions holds the action, already checked, at {@code offset}; owned by the caller
   * @param offset the index of the action's first number
   * @return the reward
   */
  double step(double[] actions, int offset);

  /** Returns whether the last step reached a terminal state; false by default. */
  default boolean terminated() {
    return false;
  }

  /**
   * Writes the observation of the current state.
   *
   * @param out receives {@code observationSpace().size()} numbers, starting at {@code offset}
   * @param offset the index of the observation's first number
   */
  void observe(double[] out, int offset);

  /**
   * Returns how many numbers at the end of an observation, in a vector, are for critics only, so
   * that the policy does not see them; 0 by default.
   */
  default int criticOnly() {
    return 0;
  }

  /**
   * Returns whether some actions are invalid in some states, so that {@link #actionMask} says which
   * ones are valid; false by default. The answer never changes.
   */
  default boolean masksActions() {
    return false;
  }

  /**
   * Writes which actions are valid in the current state. It is called after {@link #observe}, if
   * {@link #masksActions}. Each discrete number of an action needs at least one valid value.
   *
   * @param out receives {@code actionSpace().maskSize()} flags, starting at {@code offset}: 1 for a
   *     valid value, 0 for an invalid one, in the order of {@link Space#maskSize}
   * @param offset the index of the first flag
   * @implSpec The default implementation throws an {@link UnsupportedOperationException}.
   */
  default void actionMask(byte[] out, int offset) {
    throw new UnsupportedOperationException(
        getClass().getName() + " masks actions, but does not implement actionMask");
  }

  /**
   * Returns every number that later steps and observations depend on, so that the episode can
   * continue in another process. The length is always the same, also before the first reset. The
   * array belongs to the caller.
   */
  double[] state();

  /**
   * Replaces the state.
   *
   * @param state an array that {@link #state} of an instance made with the same arguments returned;
   *     owned by the caller
   */
  void restore(double[] state);

  /**
   * Releases resources outside the Java heap, such as native memory; does nothing by default. It is
   * called exactly once, also if making the environment fails, and is the last call.
   */
  default void close() {}
}
