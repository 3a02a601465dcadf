package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** Two updates of PPO whose critic differs from the actor, compared with PyTorch. */
class CriticUpdateTest {
  private static final int ENVS = 3;
  private static final Space ACTIONS = new Space.Discrete(3);
  private static final EnvSpec ENV =
      new EnvSpec(
          "Recorded", Space.Box.of(-5, 5, 3, DType.FLOAT32), ACTIONS, 0, Map.of(), Map.of());

  static List<Golden> goldens() throws IOException {
    return Golden.all("critic");
  }

  @Test
  void theShuffleOfTheseTestsKeepsTheOrder() {
    int[] indices = IntStream.range(0, 24).toArray();
    PermutationSampler.shuffle(new InOrder(), indices);
    assertThat(indices).isSorted();
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void givesTheirParameters(Golden golden) {
    JsonNode settings = golden.settings();
    int rows = golden.doubles("rewards").length / 2;
    PpoConfig config = config(settings, rows);
    NetworkSpec spec = PolicyNetwork.spec(ENV, config);
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      float[] parameters = golden.floats("parameters");
      System.arraycopy(parameters, 0, network.parameters(), 0, spec.parameterCount());
      network.parametersChanged();
      ValueNormalizer normalizer =
          config.critic().normValueTargets() ? new ValueNormalizer() : null;
      AdvantageEstimator estimator =
          AdvantageEstimator.of(
              Algorithm.PPO, config.advantage(), network, distribution(config, spec), normalizer);
      Learner learner =
          Learners.of(
              Algorithm.PPO, config, network, distribution(config, spec), estimator, new InOrder());
      Rollout rollout =
          Rollout.builder(rows / ENVS, ENVS, 3, 1)
              .normalizesTargets(config.critic().normValueTargets())
              .keepsNextObservations(config.critic().recomputeAdvantages())
              .build();
      double[] before = golden.doubles("parameters");
      for (int update = 0; update < 2; update++) {
        collect(rollout, golden, update, network);
        estimator.estimate(rollout);
        Metrics metrics =
            learner.learn(rollout, settings.get("learning_rates").get(update).asDouble(), 0.2);

        assertThat(metrics.get("losses/explained_variance"))
            .isCloseTo(settings.get("explained_variances").get(update).asDouble(), within(1e-5));
        double valueLoss = settings.get("value_losses").get(update).asDouble();
        assertThat(metrics.get("losses/value_loss")).isCloseTo(valueLoss, within(1e-4 * valueLoss));
        assertClose(rollout.advantages, part(golden, "advantages", update), 1e-4);
        assertClose(rollout.targets, part(golden, "targets", update), 1e-4);
        requireStatistics(normalizer, part(golden, "mean_variance", update));
        double[] expected = part(golden, "updated", update);
        double difference = distance(network.parameters(), expected);
        double moved = distance(expected, before);
        System.out.printf("%s: relative difference %.1e%n", golden, difference / moved);
        assertThat(difference).isLessThan(2e-5 * moved);
        before = expected;
      }
    }
  }

  private static PpoConfig config(JsonNode settings, int rows) {
    double rate = settings.get("learning_rates").get(0).asDouble();
    double factor = settings.get("rate").asDouble();
    boolean shared = settings.get("shared").asBoolean();
    return PpoConfig.of(Profile.DEFAULT, ACTIONS)
        .with(
            c ->
                c.numEnvs(ENVS)
                    .targetKlCheck(TargetKlCheck.EPOCH)
                    .numSteps(rows / ENVS)
                    .numMinibatches(settings.get("minibatches").asInt())
                    .updateEpochs(settings.get("epochs").asInt())
                    .gamma(settings.get("gamma").asDouble())
                    .gaeLambda(settings.get("gae_lambda").asDouble())
                    .clipCoef(settings.get("clip_coef").asDouble())
                    .entCoef(settings.get("ent_coef").asDouble())
                    .vfCoef(settings.get("vf_coef").asDouble())
                    .adamEps(settings.get("eps").asDouble())
                    .maxGradNorm(settings.get("max_grad_norm").asDouble())
                    .learningRate(rate)
                    .criticLearningRate(factor == 1 ? 0 : factor * rate)
                    .hiddenSizes(integers(settings.get("hidden")))
                    .criticHiddenSizes(shared ? List.of() : integers(settings.get("critic")))
                    .sharedTrunk(shared)
                    .normValueTargets(settings.get("targets").asBoolean())
                    .recomputeAdvantages(settings.get("recompute").asBoolean()));
  }

  private static ActionDistribution distribution(PpoConfig config, NetworkSpec spec) {
    return ActionDistribution.of(ACTIONS, config.action(), spec);
  }

  /** Fills a rollout as the collector does, with the critic's outputs as values. */
  private static void collect(Rollout rollout, Golden golden, int update, ActorCritic network) {
    int rows = rollout.rows();
    copy(part(golden, "observations", update), rollout.observations);
    copy(part(golden, "actions", update), rollout.actions);
    copy(part(golden, "log_probs", update), rollout.logProbs);
    copy(part(golden, "rewards", update), rollout.rewards);
    float[] last = new float[ENVS * 3];
    copy(part(golden, "last_observations", update), last);
    float[] finals = new float[rows * 3];
    copy(part(golden, "final_observations", update), finals);
    if (rollout.keepsNextObservations()) {
      System.arraycopy(last, 0, rollout.lastObservations, 0, last.length);
      System.arraycopy(finals, 0, rollout.finalObservations, 0, finals.length);
    }
    network.values(rollout.observations, rows, rollout.values);
    network.values(last, ENVS, rollout.lastValues);
    network.values(finals, rows, rollout.finalValues);
    double[] terminated = part(golden, "terminated", update);
    double[] truncated = part(golden, "truncated", update);
    for (int i = 0; i < rows; i++) {
      rollout.terminated[i] = terminated[i] == 1;
      rollout.truncated[i] = truncated[i] == 1;
    }
  }

  private static void requireStatistics(@Nullable ValueNormalizer normalizer, double[] expected) {
    if (normalizer == null) {
      return;
    }
    TrainingState state = new TrainingState();
    normalizer.save(state);
    double mean = state.doubles("value_targets/mean")[0];
    double variance = state.doubles("value_targets/variance")[0];
    assertThat(mean).isCloseTo(expected[0], within(1e-5 * Math.abs(expected[0])));
    assertThat(variance).isCloseTo(expected[1], within(1e-5 * expected[1]));
  }

  private static List<Integer> integers(JsonNode array) {
    List<Integer> integers = new ArrayList<>();
    array.forEach(each -> integers.add(each.asInt()));
    return integers;
  }

  /** Returns the part of an array that belongs to one of two updates. */
  private static double[] part(Golden golden, String name, int update) {
    double[] both = golden.doubles(name);
    return Arrays.copyOfRange(both, update * both.length / 2, (update + 1) * both.length / 2);
  }

  private static void copy(double[] from, float[] to) {
    assertThat(from).hasSameSizeAs(to);
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) from[i];
    }
  }

  private static void assertClose(float[] actual, double[] expected, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("number %d", i)
          .isCloseTo(expected[i], within(tolerance * Math.max(1, Math.abs(expected[i]))));
    }
  }

  private static double distance(float[] actual, double[] expected) {
    double[] numbers = new double[actual.length];
    Arrays.setAll(numbers, i -> actual[i]);
    return distance(numbers, expected);
  }

  private static double distance(double[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double squares = 0;
    for (int i = 0; i < actual.length; i++) {
      squares += (actual[i] - expected[i]) * (actual[i] - expected[i]);
    }
    return Math.sqrt(squares);
  }

  /** Draws the greatest numbers, so that a shuffle swaps each element with itself. */
  private static final class InOrder implements UniformRandomProvider {
    @Override
    public long nextLong() {
      return -1;
    }
  }
}
