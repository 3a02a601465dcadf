package org.ppo4j.agent.network;

import java.util.ServiceLoader;

/** Makes networks. */
public final class ActorCritics {
  private ActorCritics() {}

  /** Makes networks of zero parameters on the given engine, run on the caller's thread alone. */
  public static ActorCritic create(Engine engine, NetworkSpec spec) {
    return create(engine, spec, 1);
  }

  /**
   * Makes networks of zero parameters on the given engine.
   *
   * @param threads how many threads may run them at once, the caller's included
   * @throws IllegalStateException if the engine's module is not on the class path
   */
  public static ActorCritic create(Engine engine, NetworkSpec spec, int threads) {
    return switch (engine) {
      case AUTO, SIMD -> new SimdActorCritic(spec, threads);
      case DL4J -> provider(engine).create(spec, threads);
    };
  }

  private static EngineProvider provider(Engine engine) {
    for (EngineProvider provider : ServiceLoader.load(EngineProvider.class)) {
      if (provider.engine() == engine) {
        return provider;
      }
    }
    throw new IllegalStateException(
        "the engine dl4j is not on the class path; add the artifact ppo4j-dl4j, or use the engine"
            + " simd");
  }
}
