package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.agent.rollout.Minibatches;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.LearningRate;
import org.ppo4j.agent.update.MinibatchLearner;
import org.ppo4j.agent.update.Optimizer;

/**
 * Compares the profile {@code cleanrl} with an LSTM with updates of the real {@code
 * ppo_atari_lstm.py}, an MLP in place of its convolutions. Episodes terminate and are truncated in
 * the middle of rollouts. {@link CleanRlFidelityTest} describes the comparison and its bounds.
 */
class CleanRlLstmTest {
  /** For values, log probabilities, advantages and returns; measured: 1.5e-6. */
  private static final double ROLLOUT_BOUND = 1e-5;

  /** For parameters and their changes by an update, in units of the root mean square change. */
  private static final double CHANGE_BOUND = 5e-4;

  private static final double SCALAR_BOUND = 1e-5;

  static List<Golden> recordings() throws IOException {
    return Golden.all("cleanrl-lstm");
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void updatesAreCleanRls(Golden golden) {
    CleanRlRecording recording = new CleanRlRecording(golden);
    List<Integer> hidden = new ArrayList<>();
    golden.settings().get("hidden").forEach(width -> hidden.add(width.asInt()));
    JsonNode units = golden.settings().get("units");
    PpoConfig config =
        recording
            .config()
            .with(
                c ->
                    c.hiddenSizes(hidden)
                        .sharedTrunk(true)
                        .lstm(units.asInt())
                        .clipCoef(0.1)); // of ppo_atari_lstm.py, as for all images
    try (RecordedEnv env = recording.env();
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      float[] initial = golden.floats("initial_parameters");
      assertThat(network.parameters()).hasSize(initial.length);
      System.arraycopy(initial, 0, network.parameters(), 0, initial.length);
      network.parametersChanged();
      replay(recording, config, env, network);
    }
  }

  private static void replay(
      CleanRlRecording recording, PpoConfig config, RecordedEnv env, ActorCritic network) {
    ActionDistribution distribution =
        ActionDistribution.of(env.spec().actionSpace(), config.action(), network.shape());
    Collector collector = CleanRlRecording.collector(env, network, distribution, config);
    int numSteps = config.collect().numSteps();
    int numEnvs = config.collect().numEnvs();
    int inputs = network.shape().inputs();
    int stateSize = network.shape().stateSize();
    Rollout rollout = Rollout.builder(numSteps, numEnvs, inputs, 1).stateSize(stateSize).build();
    int[] epochs = {0};
    MinibatchLearner learner =
        new MinibatchLearner(
            network,
            CleanRlRecording.loss(distribution, config),
            config.update(),
            Optimizer.of(config.optimizer(), network.parameters().length),
            Minibatches.of(network.shape(), numSteps, numEnvs, config.update().numMinibatches()),
            order -> recording.order(epochs[0]++, order),
            null);
    collector.reset(1);
    for (int i = 0; i < recording.updates(); i++) {
      collector.collect(rollout, 0, episode -> {});
      score(rollout, recording.array(i, "actions"), network, distribution);
      new GeneralizedAdvantage(config.advantage()).estimate(rollout);
      assertThat(rollout.observations).isEqualTo(floats(recording.array(i, "features")));
      for (String name : List.of("values", "last_values", "log_probs", "advantages", "returns")) {
        close(name, array(rollout, name), recording.array(i, name), ROLLOUT_BOUND);
      }
      double learningRate = new LearningRate(config.optimizer(), config.numIterations()).at(i);
      Metrics stats = learner.learn(rollout, learningRate, Ppo.clipCoef(config, i));
      for (String tag : List.of("value_loss", "policy_loss", "entropy", "explained_variance")) {
        double expected = recording.scalar(i, "losses/" + tag);
        assertThat(stats.get("losses/" + tag))
            .as(tag)
            .isCloseTo(expected, within(SCALAR_BOUND * Math.max(1, Math.abs(expected))));
      }
      double kl = recording.scalar(i, "losses/approx_kl");
      assertThat(stats.get("losses/approx_kl")).isCloseTo(kl, within(1e-3 * kl + 1e-7));
      assertChanges(network.parameters(), recording, i);
    }
  }

  /** Replaces the actions of {@code rollout} by CleanRL's, with their log probabilities. */
  private static void score(
      Rollout rollout, double[] actions, ActorCritic network, ActionDistribution distribution) {
    int rows = rollout.rows();
    System.arraycopy(floats(actions), 0, rollout.actions, 0, actions.length);
    Minibatches whole = Minibatches.of(network.shape(), rollout.numSteps(), rollout.numEnvs(), 1);
    Minibatch batch = new Minibatch(rows, rollout.features(), 1, 0, 0, whole.memory());
    whole.gather(rollout, whole.units(rollout), 0, rollout.numEnvs(), batch);
    float[] outputs = new float[rows * network.shape().policyOutputs()];
    float[] values = new float[rows];
    network.memory(batch.memory);
    network.forward(batch.observations, rows, outputs, values);
    assertThat(values).as("values of all steps at once").isEqualTo(rollout.values);
    distribution.evaluate(
        outputs, rows, network.parameters(), rollout.actions, rollout.logProbs, new float[rows]);
  }

  private static float[] array(Rollout rollout, String name) {
    return switch (name) {
      case "values" -> rollout.values;
      case "last_values" -> rollout.lastValues;
      case "log_probs" -> rollout.logProbs;
      case "advantages" -> rollout.advantages;
      case "returns" -> rollout.returns;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static void assertChanges(float[] actual, CleanRlRecording recording, int i) {
    double[] before =
        i == 0 ? recording.array("initial_parameters") : recording.array(i - 1, "parameters");
    double[] expected = recording.array(i, "parameters");
    float[] changes = new float[actual.length];
    for (int k = 0; k < actual.length; k++) {
      changes[k] = (float) (actual[k] - before[k]);
      expected[k] -= before[k];
    }
    close("change", changes, expected, CHANGE_BOUND);
  }

  private static void close(String what, float[] actual, double[] expected, double bound) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double scale = Math.sqrt(Arrays.stream(expected).map(x -> x * x).average().orElseThrow());
    for (int k = 0; k < actual.length; k++) {
      assertThat((double) actual[k])
          .as("%s %d of %d", what, k, actual.length)
          .isCloseTo(expected[k], within(bound * Math.max(Math.abs(expected[k]), scale)));
    }
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int k = 0; k < floats.length; k++) {
      floats[k] = (float) values[k];
    }
    return floats;
  }
}
