package org.ppo4j.agent.network;

/**
 * Makes the MLPs of an engine that core does not contain. Providers are found by {@link
 * java.util.ServiceLoader}.
 */
public interface EngineProvider extends NetworkFactory {

  /** Returns the engine this provider makes networks of. */
  Engine engine();
}
