package org.ppo4j.dl4j;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.EngineProvider;
import org.ppo4j.agent.network.NetworkSpec;

/** Makes MLPs, with convolutions or without, that DeepLearning4J computes on ND4J's threads. */
public final class Dl4jEngine implements EngineProvider {

  @Override
  public Engine engine() {
    return Engine.DL4J;
  }

  @Override
  public ActorCritic create(NetworkSpec spec, int threads) {
    return new Dl4jActorCritic(spec);
  }
}
