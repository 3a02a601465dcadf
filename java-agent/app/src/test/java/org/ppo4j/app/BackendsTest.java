package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Iteration;
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
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonVectorEnv;

/** A task learns the same on MuJoCo natively and in Gymnasium, through Py4J: bit for bit. */
@Tag("python")
class BackendsTest {

  /** The course of a training: a line for each episode and each update, and the last parameters. */
  private record Training(List<String> lines, float[] parameters) {}

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "HalfCheetah-v5"})
  void bothBackendsGiveTheSameTraining(String id) {
    Map<String, Object> kwargs = Map.of("max_episode_steps", 60);
    Training natively;
    Training inPython;
    try (VectorEnv env = Envs.make(id, 2, kwargs)) {
      natively = train(env);
    }
    try (VectorEnv env =
        PythonVectorEnv.open(PythonEnvConfig.of(id, 2).withKwargs(kwargs).withWorkers(1))) {
      inPython = train(env);
    }

    assertThat(inPython.lines()).isEqualTo(natively.lines());
    assertThat(inPython.parameters()).isEqualTo(natively.parameters());
    assertThat(natively.lines()).anyMatch(line -> line.startsWith("Episode"));
    assertThat(natively.lines()).filteredOn(line -> line.startsWith("Iteration")).hasSize(4);
  }

  private static Training train(VectorEnv env) {
    PpoConfig config =
        PpoConfig.of(Profile.CLEANRL, env.spec().actionSpace())
            .with(c -> c.numEnvs(2).numSteps(128).totalTimesteps(1024L));
    List<String> lines = new ArrayList<>();
    try (ActorCritic network =
        ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      new Ppo(env, Algorithm.PPO, config, network, 3)
          .train(
              new TrainingListener() {
                @Override
                public void episode(Episode episode) {
                  lines.add(episode.toString());
                }

                @Override
                public void iteration(Iteration iteration) {
                  lines.add(iteration.toString());
                }
              });
      return new Training(lines, network.parameters().clone());
    }
  }
}
