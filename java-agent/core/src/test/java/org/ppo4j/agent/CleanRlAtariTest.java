package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.Collector;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.LearningRate;
import org.ppo4j.agent.update.MinibatchLearner;
import org.ppo4j.agent.update.Optimizer;

/**
 * Compares the profile {@code cleanrl} on images with two updates of the real {@code ppo_atari.py}
 * on Breakout: its agent, its wrappers, and a game whose lives end episodes. {@link
 * CleanRlFidelityTest} describes the comparison and its bounds.
 */
public class CleanRlAtariTest {
  /** For values, log probabilities, advantages and returns; measured: 1.7e-6. */
  private static final double ROLLOUT_BOUND = 1e-5;

  /** For changes of parameters, in units of the root mean square change; measured: 1.1e-4. */
  private static final double CHANGE_BOUND = 5e-4;

  private static final double SCALAR_BOUND = 1e-5;

  private final CleanRlRecording recording;
  private final Golden golden;
  private final RecordedEnv env;
  private final PpoConfig profile;

  protected CleanRlAtariTest() throws IOException {
    golden = Golden.read("cleanrl-atari/breakout.golden");
    recording = new CleanRlRecording(golden);
    env = RecordedEnv.games(golden);
    profile = PpoConfig.of(Algorithm.PPO, Profile.CLEANRL, env.spec());
  }

  /** Returns the engine of the networks. */
  protected Engine engine() {
    return Engine.SIMD;
  }

  /** Returns how many of the two updates are replayed. */
  protected int updates() {
    return recording.updates();
  }

  /** The profile with the sizes of the command line. */
  private PpoConfig config() {
    return profile.with(
        c ->
            c.numEnvs(env.numEnvs())
                .numSteps(recording.derived("num_steps"))
                .totalTimesteps(recording.derived("total_timesteps")));
  }

  @Test
  void hyperparametersAreCleanRls() {
    int compared = 0;
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      Object expected = recording.value(entry);
      if (expected != null) {
        assertThat(entry.valueIn(config())).as(entry.name()).isEqualTo(expected);
        compared++;
      }
    }
    assertThat(compared).isEqualTo(16);
    // Those of the command line, before it: the file's defaults.
    assertThat(profile.collect().numEnvs()).isEqualTo(8);
    assertThat(profile.collect().numSteps()).isEqualTo(128);
    assertThat(profile.totalTimesteps()).isEqualTo(10_000_000);
  }

  @Test
  void updatesAreCleanRls() {
    PpoConfig config = config();
    NetworkSpec spec = PolicyNetwork.spec(env.spec(), config);
    try (ActorCritic network = ActorCritics.create(engine(), spec)) {
      initialize(network.parameters(), spec);
      network.parametersChanged();
      replay(config, network);
    }
  }

  private void replay(PpoConfig config, ActorCritic network) {
    ActionDistribution distribution =
        ActionDistribution.of(env.spec().actionSpace(), config.action(), network.shape());
    Collector collector = CleanRlRecording.collector(env, network, distribution, config);
    int numSteps = config.collect().numSteps();
    Rollout rollout =
        Rollout.builder(numSteps, env.numEnvs(), 0, 1).images(network.shape().images()).build();
    int[] epochs = {0};
    MinibatchLearner learner =
        new MinibatchLearner(
            network,
            CleanRlRecording.loss(distribution, config),
            config.update(),
            Optimizer.of(config.optimizer(), network.parameters().length),
            config.batchSize(),
            indices -> recording.order(epochs[0]++, indices));
    collector.reset(1);
    float[] before = sampled(network.parameters());
    for (int i = 0; i < updates(); i++) {
      collector.collect(rollout, 0, episode -> {});
      assertThat(rollout.images.storedBytes())
          .isPositive()
          .isLessThanOrEqualTo((numSteps + 3L) * env.numEnvs() * 84 * 84);
      act(rollout, recording.array(i, "actions"), network, distribution);
      new GeneralizedAdvantage(config.advantage()).estimate(rollout);
      close("rewards", rollout.rewards, recording.array(i, "learnt_rewards"), 0);
      close("values", rollout.values, recording.array(i, "values"), ROLLOUT_BOUND);
      close("last values", rollout.lastValues, recording.array(i, "last_values"), ROLLOUT_BOUND);
      close("log probs", rollout.logProbs, recording.array(i, "log_probs"), ROLLOUT_BOUND);
      close("advantages", rollout.advantages, recording.array(i, "advantages"), ROLLOUT_BOUND);
      close("returns", rollout.returns, recording.array(i, "returns"), ROLLOUT_BOUND);

      double learningRate = new LearningRate(config.optimizer(), config.numIterations()).at(i);
      Metrics stats = learner.learn(rollout, learningRate, Ppo.clipCoef(config, i));
      assertThat(learningRate).isEqualTo(recording.scalar(i, "charts/learning_rate"));
      for (String tag :
          List.of("value_loss", "policy_loss", "entropy", "clipfrac", "explained_variance")) {
        double expected = recording.scalar(i, "losses/" + tag);
        assertThat(stats.get("losses/" + tag))
            .as(tag)
            .isCloseTo(expected, within(SCALAR_BOUND * Math.max(1, Math.abs(expected))));
      }
      double kl = recording.scalar(i, "losses/approx_kl");
      assertThat(stats.get("losses/approx_kl")).isCloseTo(kl, within(1e-3 * kl + 1e-7));
      float[] after = sampled(network.parameters());
      assertChanges(before, after, i);
      before = after;
    }
  }

  /** Replaces the actions of {@code rollout} by CleanRL's. */
  private static void act(
      Rollout rollout, double[] actions, ActorCritic network, ActionDistribution distribution) {
    int rows = rollout.rows();
    for (int i = 0; i < rows; i++) {
      rollout.actions[i] = (float) actions[i];
    }
    float[] outputs = new float[rows * network.shape().policyOutputs()];
    byte[] images = new byte[rows * rollout.images.size()];
    rollout.images.get(0, rows, images, 0);
    network.images(images);
    network.forward(rollout.observations, rows, outputs, new float[rows]);
    distribution.evaluate(
        outputs, rows, network.parameters(), rollout.actions, rollout.logProbs, new float[rows]);
  }

  private void assertChanges(float[] before, float[] after, int i) {
    double[] expected = recording.array(i, "sampled_parameters");
    double[] earlier = i == 0 ? null : recording.array(i - 1, "sampled_parameters");
    float[] changes = new float[after.length];
    assertThat(expected).hasSameSizeAs(changes);
    for (int k = 0; k < changes.length; k++) {
      changes[k] = after[k] - before[k];
      expected[k] -= earlier == null ? before[k] : earlier[k];
    }
    close("change", changes, expected, CHANGE_BOUND);
  }

  private float[] sampled(float[] parameters) {
    int step = golden.settings().get("sample").asInt();
    float[] sampled = new float[(parameters.length + step - 1) / step];
    for (int i = 0; i < sampled.length; i++) {
      sampled[i] = parameters[i * step];
    }
    return sampled;
  }

  /** Sets the weights that {@code record_cleanrl_atari.py} starts from. */
  private static void initialize(float[] parameters, NetworkSpec spec) {
    int conv = spec.actorConvolutions().size();
    for (int i = 0; i < conv; i++) {
      initialize(parameters, spec.actorConvolutions().get(i), 1);
    }
    initialize(parameters, spec.actorLayers().get(0), 1);
    initialize(parameters, spec.actorLayers().get(1), 0.25f);
    initialize(parameters, spec.criticLayers().getLast(), 0.25f);
  }

  private static void initialize(float[] parameters, NetworkSpec.Layer layer, float factor) {
    float scale = (float) Math.sqrt(6.0 / layer.in()) * factor;
    for (int i = layer.weights(); i < layer.biases(); i++) {
      parameters[i] = hash(i) * scale;
    }
    for (int i = layer.biases(); i < layer.biases() + layer.out(); i++) {
      parameters[i] = hash(i) * 0.1f;
    }
  }

  /** Returns a number from -1 to 1 that depends on its place alone. */
  private static float hash(int place) {
    int x = place;
    x = (x ^ x >>> 16) * 0x7FEB352D;
    x = (x ^ x >>> 15) * 0x846CA68B;
    x ^= x >>> 16;
    return (x >>> 8) / (float) (1 << 23) - 1;
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
}
