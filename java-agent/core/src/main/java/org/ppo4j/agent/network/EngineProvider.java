package org.ppo4j.agent.network;

/**
 * Makes the networks of an engine that core does not contain. Providers are found by {@link
 * java.util.ServiceLoader}.
 */
public interface EngineProvider {

  /** Returns the engine this provider makes networks of. */
  Engine engine();

  /**
   * Makes networks of zero parameters.
   *
   * @param threads how many threads may run them at once, the caller's included; an engine with
   *     threads of its own ignores it
   */
  ActorCritic create(NetworkSpec spec, int threads);
}
