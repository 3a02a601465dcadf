package org.ppo4j.agent.network;

/**
 * Creates an actor and a critic of any architecture. A checkpoint records the name of the class, so
 * a training can be resumed, evaluated and exported if the class is on the class path and has a
 * public constructor without parameters.
 */
@FunctionalInterface
public interface NetworkFactory {

  /**
   * Creates networks for an environment.
   *
   * @param spec the numbers of inputs, policy outputs and log standard deviations that the result
   *     must have, and the hidden layers of the configuration, which may be ignored
   * @param threads how many threads may run them at once, the caller's included
   */
  ActorCritic create(NetworkSpec spec, int threads);
}
