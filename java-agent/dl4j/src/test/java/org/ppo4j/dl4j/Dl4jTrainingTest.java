package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;

class Dl4jTrainingTest {
  private record Trained(float[] parameters, List<Double> returns) {}

  /** Two iterations of both engines from the same seed differ by rounding alone. */
  @Test
  void enginesTrainAlike() {
    Trained simd = train(Engine.SIMD);
    Trained dl4j = train(Engine.DL4J);
    assertThat(dl4j.returns).isEqualTo(simd.returns).isNotEmpty();
    for (int i = 0; i < simd.parameters.length; i++) {
      assertThat(dl4j.parameters[i]).isCloseTo(simd.parameters[i], within(1e-4f));
    }
  }

  private static Trained train(Engine engine) {
    List<Double> returns = new ArrayList<>();
    try (VectorEnv env = Envs.make("CartPole-v1", 4)) {
      PpoConfig config =
          PpoConfig.of(Profile.DEFAULT, env.spec().actionSpace())
              .with(c -> c.totalTimesteps(1024L));
      try (ActorCritic network =
          ActorCritics.create(engine, PolicyNetwork.spec(env.spec(), config))) {
        new Ppo(env, Algorithm.PPO, config, network, 2)
            .train(
                new TrainingListener() {
                  @Override
                  public void episode(Episode episode) {
                    returns.add(episode.episodicReturn());
                  }
                });
        return new Trained(network.parameters().clone(), returns);
      }
    }
  }
}
