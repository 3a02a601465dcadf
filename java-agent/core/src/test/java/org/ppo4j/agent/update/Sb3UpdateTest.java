package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** One update of A2C and TRPO on a rollout, compared with Stable-Baselines3 and sb3-contrib. */
class Sb3UpdateTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("sb3");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void givesTheirParameters(Golden golden) {
    JsonNode settings = golden.settings();
    Algorithm algorithm = Algorithm.of(settings.get("algorithm").asText());
    Space actions =
        settings.get("box").asBoolean()
            ? Space.Box.of(-1, 1, 2, DType.FLOAT32)
            : new Space.Discrete(3);
    int rows = settings.get("rows").asInt();
    PpoConfig config =
        PpoConfig.of(algorithm, Profile.DEFAULT, actions)
            .with(
                c ->
                    c.numEnvs(1)
                        .numSteps(rows)
                        .numMinibatches(1)
                        .hiddenSizes(List.of(16, 16))
                        .totalTimesteps(rows)
                        .actionHead(
                            settings.path("sde").asBoolean()
                                ? ActionHead.GSDE
                                : ActionHead.GAUSSIAN)
                        .entCoef(settings.path("ent_coef").asDouble()));
    Space observations = Space.Box.of(-5, 5, 3, DType.FLOAT32);
    NetworkSpec spec =
        PolicyNetwork.spec(
            new EnvSpec("Recorded", observations, actions, 0, Map.of(), Map.of()), config);
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      copy(golden.floats("parameters"), network.parameters());
      network.parametersChanged();
      ActionDistribution distribution = ActionDistribution.of(actions, config.action(), spec);
      Rollout rollout = rollout(golden, distribution.actionSize());
      double before = distance(golden.floats("parameters"), golden.doubles("updated"));

      Metrics metrics =
          Learners.of(
                  algorithm, config, network, distribution, RandomSource.XO_SHI_RO_256_PP.create(1))
              .learn(rollout, config.optimizer().learningRate(), 0.2);

      double difference = distance(network.parameters(), golden.doubles("updated"));
      System.out.printf("%s: relative difference %.1e%n", golden, difference / before);
      // A2C's step is so small that the rounding of the parameters to floats shows.
      double rounding = 1.5e-8 * Math.sqrt(network.parameters().length);
      assertThat(difference).isLessThan(2e-5 * before + rounding);
      if (algorithm == Algorithm.TRPO) {
        double objective = settings.get("policy_objective").asDouble();
        assertThat(metrics.get("losses/policy_loss")).isCloseTo(-objective, within(1e-5));
        // Theirs is KL(new, old), equal to the third order.
        assertThat(metrics.get("losses/kl")).isCloseTo(settings.get("kl").asDouble(), within(5e-4));
      } else {
        assertThat(metrics.get("losses/policy_loss"))
            .isCloseTo(settings.get("policy_loss").asDouble(), within(1e-5));
      }
    }
  }

  private static Rollout rollout(Golden golden, int actionSize) {
    Rollout rollout = new Rollout(golden.floats("returns").length, 1, 3, actionSize);
    copy(golden.floats("observations"), rollout.observations);
    copy(golden.floats("actions"), rollout.actions);
    copy(golden.floats("log_probs"), rollout.logProbs);
    copy(golden.floats("advantages"), rollout.advantages);
    copy(golden.floats("returns"), rollout.returns);
    return rollout;
  }

  private static double distance(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return Math.sqrt(squares);
  }

  private static void copy(float[] from, float[] to) {
    assertThat(from).hasSameSizeAs(to);
    System.arraycopy(from, 0, to, 0, to.length);
  }
}
