package org.ppo4j.agent.network;

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
   * @param threads how many threads may run them at once, the caller's included; DL4J has its own
   */
  public static ActorCritic create(Engine engine, NetworkSpec spec, int threads) {
    return switch (engine) {
      case AUTO, SIMD -> new SimdActorCritic(spec, threads);
      case DL4J -> new Dl4jActorCritic(spec);
    };
  }
}
