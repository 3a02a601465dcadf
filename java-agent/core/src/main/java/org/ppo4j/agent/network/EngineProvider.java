package org.ppo4j.agent.network;

/**
 * Creates the networks of an engine that core does not contain: MLPs, with convolutions or without.
 * Providers are found by {@link java.util.ServiceLoader}.
 */
public interface EngineProvider extends NetworkFactory {

  /** Returns the engine of this provider's networks. */
  Engine engine();
}
