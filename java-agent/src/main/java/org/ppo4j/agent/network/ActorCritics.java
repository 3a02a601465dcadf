package org.ppo4j.agent.network;

/** Makes networks. */
public final class ActorCritics {
  private ActorCritics() {}

  /** Makes networks of zero parameters on the given engine. */
  public static ActorCritic create(Engine engine, NetworkSpec spec) {
    return switch (engine) {
      case AUTO, SIMD -> new SimdActorCritic(spec);
      case DL4J -> new Dl4jActorCritic(spec);
    };
  }
}
