package org.ppo4j.agent.network;

/** {@link SimdActorCritic} keeps the contract. */
class SimdActorCriticTest extends ActorCriticContract {
  @Override
  ActorCritic create(NetworkSpec spec) {
    return new SimdActorCritic(spec);
  }
}
