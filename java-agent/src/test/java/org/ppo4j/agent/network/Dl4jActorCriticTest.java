package org.ppo4j.agent.network;

/** {@link Dl4jActorCritic} keeps the contract. */
class Dl4jActorCriticTest extends ActorCriticContract {
  @Override
  ActorCritic create(NetworkSpec spec) {
    return new Dl4jActorCritic(spec);
  }
}
