package org.ppo4j.agent.network;

/**
 * Makes an actor and a critic of any architecture. A checkpoint records the name of the class, so a
 * training can be resumed, evaluated and exported wherever that class is on the class path; it
 * needs a public constructor without parameters for that.
 */
@FunctionalInterface
public interface NetworkFactory {

  /**
   * Makes networks for an environment.
   *
   * @param spec the numbers of inputs, policy outputs and log standard deviations that the result
   *     must have, and the hidden layers that the configuration asks for, which may be ignored
   * @param threads how many threads may run them at once, the caller's included
   */
  ActorCritic create(NetworkSpec spec, int threads);
}
