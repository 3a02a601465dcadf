package org.ppo4j.policy;

/**
 * Acts in one environment step by step, and remembers what it saw in the episode if the policy's
 * network is recurrent. {@link Policy#session} begins one; any number of them act with one policy.
 *
 * {@snippet :
 * Session session = policy.session();
 * double[] action = session.act(observation);
 * session.reset(); // where an episode ends
 * }
 *
 * <p>A session is confined to one thread at a time. It keeps the policy's memory after {@link
 * Policy#close}.
 */
public final class Session {
  private final Actor actor;
  private final ScratchPool.Scratch scratch;
  private final Cell.State[] states;

  Session(Actor actor) {
    this.actor = actor;
    scratch = actor.scratch();
    states = actor.states();
  }

  /**
   * Chooses the most probable action, and remembers the observation.
   *
   * @param observation the observation, {@code [O]}
   * @return the action, {@code [A]}, a new array
   * @throws IllegalArgumentException as {@link Policy#act(double[])} throws it; nothing is
   *     remembered then
   */
  public double[] act(double[] observation) {
    return act(observation, Policy.NO_MASK);
  }

  /**
   * Chooses the most probable valid action, and remembers the observation.
   *
   * @param observation the observation, {@code [O]}
   * @param valid which values of the action are valid, {@code [M]}
   * @return the action, {@code [A]}, a new array
   * @throws IllegalArgumentException as {@link Policy#act(double[], boolean[])} throws it; nothing
   *     is remembered then
   */
  public double[] act(double[] observation, boolean[] valid) {
    double[] action = new double[actor.action.size];
    act(observation, valid, action);
    return action;
  }

  /**
   * Chooses the most probable action, remembers the observation, and writes the action to an array
   * of the caller. Allocates nothing.
   *
   * @param observation the observation, {@code [O]}
   * @param action receives the action, {@code [A]}; unchanged if an exception is thrown
   * @throws IllegalArgumentException as {@link Policy#act(double[], double[])} throws it; nothing
   *     is remembered then
   */
  public void act(double[] observation, double[] action) {
    act(observation, Policy.NO_MASK, action);
  }

  /**
   * Chooses the most probable valid action, remembers the observation, and writes the action to an
   * array of the caller. Allocates nothing.
   *
   * @param observation the observation, {@code [O]}
   * @param valid which values of the action are valid, {@code [M]}
   * @param action receives the action, {@code [A]}; unchanged if an exception is thrown
   * @throws IllegalArgumentException as {@link Policy#act(double[], boolean[], double[])} throws
   *     it; nothing is remembered then
   */
  public void act(double[] observation, boolean[] valid, double[] action) {
    Policy.requireLength("observation", observation, actor.observation.size);
    Policy.requireLength("action", action, actor.action.size);
    Policy.requireMask(valid, actor.maskSize);
    actor.act(observation, valid, 0, 1, action, scratch, states);
    for (Cell.State state : states) {
      state.advance();
    }
  }

  /** Forgets what it saw, because an episode starts. */
  public void reset() {
    for (Cell.State state : states) {
      state.clear();
    }
  }
}
