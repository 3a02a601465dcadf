package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionEncoder;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.agent.update.LearningRate;
import org.ppo4j.agent.update.MinibatchLearner;
import org.ppo4j.agent.update.Optimizer;

/**
 * Compares the profile {@code cleanrl} with runs of the real CleanRL: ppo.py with its defaults,
 * ppo.py with early stopping, truncation and a batch that does not divide into minibatches, and
 * ppo_continuous_action.py with two environments that terminate and are truncated.
 *
 * <p>The initial parameters, the environments' output, the drawn actions and the order of
 * minibatches are CleanRL's. Everything else is computed by either engine; the second update
 * continues from the first. CleanRL computes in floats too, so the results differ by rounding. The
 * bounds are three to five times the differences measured; an element's bound is relative to
 * itself, or to its array's root mean square if that is greater.
 */
public class CleanRlFidelityTest {
  /** For values, log probabilities, advantages and returns; measured: 2.3e-6. */
  private static final double ROLLOUT_BOUND = 1e-5;

  /** For each layer's weights, biases, and the log standard deviations; measured: 5.6e-6. */
  private static final double PARAMETER_BOUND = 2e-5;

  /** For the changes of parameters by an update; measured: 4.6e-5. */
  private static final double CHANGE_BOUND = 2e-4;

  /**
   * For losses, entropy, clip fraction and explained variance, absolute below 1; measured: 1.6e-6.
   */
  private static final double SCALAR_BOUND = 5e-6;

  /** For both estimates of the KL divergence; measured: 2.6e-5. */
  private static final double KL_BOUND = 1e-4;

  static List<CleanRlRecording> recordings() throws IOException {
    return CleanRlRecording.all();
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void hyperparametersAreCleanRls(CleanRlRecording recording) {
    PpoConfig config = recording.config();
    int compared = 0;
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      Object expected = recording.value(entry);
      if (expected != null) {
        assertThat(entry.valueIn(config)).as(entry.name()).isEqualTo(expected);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(16);
    assertThat(config.batchSize()).isEqualTo(recording.derived("batch_size"));
    assertThat(config.minibatchSize()).isEqualTo(recording.derived("minibatch_size"));
    assertThat(config.numIterations()).isEqualTo(recording.updates());
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void actionsReachTheEnvironmentAsCleanRls(CleanRlRecording recording) {
    try (RecordedEnv env = recording.env()) {
      float[] actions = floats(recording.array("actions"));
      double[] encoded = new double[actions.length];
      new ActionEncoder(env.spec().actionSpace(), recording.config().action())
          .encode(actions, actions.length / env.spec().actionSpace().size(), encoded);
      assertThat(encoded).isEqualTo(recording.array("env_actions"));
    }
  }

  /** Returns the engine whose updates are compared. */
  protected Engine engine() {
    return Engine.SIMD;
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void updatesAreCleanRls(CleanRlRecording recording) {
    try (RecordedEnv env = recording.env();
        ActorCritic network =
            ActorCritics.create(engine(), PolicyNetwork.spec(env.spec(), recording.config()))) {
      float[] initial = floats(recording.array("initial_parameters"));
      System.arraycopy(initial, 0, network.parameters(), 0, initial.length);
      network.parametersChanged();
      replay(recording, env, network);
    }
  }

  private static void replay(CleanRlRecording recording, RecordedEnv env, ActorCritic network) {
    PpoConfig config = recording.config();
    ActionDistribution distribution =
        ActionDistribution.of(env.spec().actionSpace(), config.action(), network.shape());
    Collector collector = CleanRlRecording.collector(env, network, distribution, config);
    Rollout rollout =
        new Rollout(
            config.collect().numSteps(),
            config.collect().numEnvs(),
            network.shape().inputs(),
            distribution.actionSize());
    int[] epochs = {0};
    PpoLoss loss = CleanRlRecording.loss(distribution, config);
    Learner learner =
        new MinibatchLearner(
            network,
            loss,
            config.update(),
            Optimizer.of(config.optimizer(), network.parameters().length),
            config.batchSize(),
            indices -> recording.order(epochs[0]++, indices));
    collector.reset(1);
    for (int i = 0; i < recording.updates(); i++) {
      collector.collect(rollout, 0, episode -> {});
      act(rollout, floats(recording.array(i, "actions")), network, distribution);
      new GeneralizedAdvantage(config.advantage()).estimate(rollout);
      assertRollout(rollout, recording, i);

      int epochsBefore = epochs[0];
      double learningRate = new LearningRate(config.optimizer(), config.numIterations()).at(i);
      Metrics stats = learner.learn(rollout, learningRate, Ppo.clipCoef(config, i));
      assertThat(learningRate).isEqualTo(recording.scalar(i, "charts/learning_rate"));
      assertThat(epochs[0] - epochsBefore).as("epochs").isEqualTo(recording.epochs(i));
      assertScalars(stats, recording, i);
      assertParameters(network.parameters(), recording, i, PolicyNetwork.spec(env.spec(), config));
    }
  }

  /** Replaces the actions of {@code rollout} by CleanRL's. */
  private static void act(
      Rollout rollout, float[] actions, ActorCritic network, ActionDistribution distribution) {
    int rows = rollout.rows();
    float[] outputs = new float[rows * network.shape().policyOutputs()];
    System.arraycopy(actions, 0, rollout.actions, 0, actions.length);
    network.forward(rollout.observations, rows, outputs, new float[rows]);
    distribution.evaluate(
        outputs, rows, network.parameters(), actions, rollout.logProbs, new float[rows]);
  }

  private static void assertRollout(Rollout rollout, CleanRlRecording recording, int i) {
    assertThat(rollout.observations).isEqualTo(floats(recording.array(i, "features")));
    assertThat(rollout.rewards).isEqualTo(floats(recording.array(i, "learnt_rewards")));
    close("values", rollout.values, recording.array(i, "values"), ROLLOUT_BOUND);
    close("last values", rollout.lastValues, recording.array(i, "last_values"), ROLLOUT_BOUND);
    close("log probabilities", rollout.logProbs, recording.array(i, "log_probs"), ROLLOUT_BOUND);
    close("advantages", rollout.advantages, recording.array(i, "advantages"), ROLLOUT_BOUND);
    close("returns", rollout.returns, recording.array(i, "returns"), ROLLOUT_BOUND);
  }

  private static void assertScalars(Metrics stats, CleanRlRecording recording, int i) {
    close("value loss", stats.get("losses/value_loss"), recording.scalar(i, "losses/value_loss"));
    close(
        "policy loss", stats.get("losses/policy_loss"), recording.scalar(i, "losses/policy_loss"));
    close("entropy", stats.get("losses/entropy"), recording.scalar(i, "losses/entropy"));
    close("clip fraction", stats.get("losses/clipfrac"), recording.scalar(i, "losses/clipfrac"));
    close(
        "explained variance",
        stats.get("losses/explained_variance"),
        recording.scalar(i, "losses/explained_variance"));
    double k1 = recording.scalar(i, "losses/old_approx_kl");
    double k3 = recording.scalar(i, "losses/approx_kl");
    assertThat(stats.get("losses/old_approx_kl"))
        .as("k1")
        .isCloseTo(k1, within(KL_BOUND * Math.abs(k1)));
    assertThat(stats.get("losses/approx_kl"))
        .as("k3")
        .isCloseTo(k3, within(KL_BOUND * Math.abs(k3)));
  }

  private static void close(String what, double actual, double expected) {
    double bound = SCALAR_BOUND * Math.max(1, Math.abs(expected));
    assertThat(actual).as(what).isCloseTo(expected, within(bound));
  }

  private static void assertParameters(
      float[] actual, CleanRlRecording recording, int i, NetworkSpec spec) {
    double[] before =
        i == 0 ? recording.array("initial_parameters") : recording.array(i - 1, "parameters");
    double[] expected = recording.array(i, "parameters");
    float[] changes = new float[actual.length];
    double[] expectedChanges = new double[actual.length];
    for (int k = 0; k < actual.length; k++) {
      changes[k] = (float) (actual[k] - before[k]);
      expectedChanges[k] = expected[k] - before[k];
    }
    close("change", changes, expectedChanges, CHANGE_BOUND);
    List<Integer> starts = starts(spec);
    for (int k = 1; k < starts.size(); k++) {
      int from = starts.get(k - 1);
      int to = starts.get(k);
      float[] part = Arrays.copyOfRange(actual, from, to);
      double[] expectedPart = Arrays.copyOfRange(expected, from, to);
      close("parameters from " + from, part, expectedPart, PARAMETER_BOUND);
    }
  }

  /**
   * Returns the offsets of each layer's weights, each layer's biases and the log standard
   * deviations.
   */
  private static List<Integer> starts(NetworkSpec spec) {
    List<Integer> starts = new ArrayList<>();
    for (List<NetworkSpec.Layer> layers : List.of(spec.actorLayers(), spec.criticLayers())) {
      for (NetworkSpec.Layer layer : layers) {
        starts.add(layer.weights());
        starts.add(layer.biases());
      }
      if (layers.equals(spec.actorLayers()) && spec.logStdSize() > 0) {
        starts.add(spec.logStdOffset());
      }
    }
    starts.add(spec.parameterCount());
    return starts;
  }

  private static void close(String what, float[] actual, double[] expected, double bound) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double squares = 0;
    for (double each : expected) {
      squares += each * each;
    }
    double scale = Math.sqrt(squares / expected.length);
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
