package org.ppo4j.agent.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** An auxiliary phase of PPG, compared with CleanRL's losses in PyTorch. */
class PhasicLearnerTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("ppg");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void givesPyTorchsParameters(Golden golden) {
    try (SimdActorCritic network = network(golden)) {
      PhasicLearner learner = learner(golden, network);
      double[] updated = golden.doubles("updated");
      double before = distance(golden.floats("parameters"), updated);

      Metrics first = learner.learn(rollout(golden, 0), 1, 0.2);
      assertThat(first.values()).isEmpty();
      assertThat(network.parameters()).containsExactly(golden.floats("parameters"));
      Metrics second = learner.learn(rollout(golden, 1), rate(golden), 0.2);

      double difference = distance(network.parameters(), updated);
      System.out.printf("%s: relative difference %.1e%n", golden, difference / before);
      assertThat(difference).isLessThan(2e-5 * before);
      assertLoss(second, "kl_loss", golden);
      assertLoss(second, "aux_value_loss", golden);
      assertLoss(second, "real_value_loss", golden);
    }
  }

  /** Saved in the middle of a phase, after an auxiliary one. */
  @Test
  void continuesFromItsState() throws IOException {
    Golden golden = goldens().getFirst();
    try (SimdActorCritic network = network(golden);
        SimdActorCritic continued = network(golden)) {
      PhasicLearner learner = learner(golden, network);
      for (int i = 0; i < 3; i++) {
        learner.learn(rollout(golden, i % 2), rate(golden), 0.2);
      }
      TrainingState state = new TrainingState();
      learner.save(state);
      System.arraycopy(
          network.parameters(), 0, continued.parameters(), 0, network.parameters().length);
      continued.parametersChanged();
      learner.learn(rollout(golden, 1), rate(golden), 0.2);

      PhasicLearner another = learner(golden, continued);
      another.restore(state);
      another.learn(rollout(golden, 1), rate(golden), 0.2);

      assertThat(continued.parameters()).containsExactly(network.parameters());
    }
  }

  private static void assertLoss(Metrics metrics, String name, Golden golden) {
    double expected = golden.settings().get(name).asDouble();
    assertThat(metrics.get("losses/aux/" + name))
        .isCloseTo(expected, within(1e-5 * (1 + expected)));
  }

  private static double rate(Golden golden) {
    return golden.settings().get("learning_rate").asDouble();
  }

  private static SimdActorCritic network(Golden golden) {
    int hidden = golden.settings().get("hidden").asInt();
    int logStds = golden.settings().get("box").asBoolean() ? 3 : 0;
    SimdActorCritic network =
        new SimdActorCritic(
            new NetworkSpec(3, List.of(hidden, hidden), Activation.TANH, 3, logStds)
                .withAuxiliaryValue(true));
    float[] parameters = golden.floats("parameters");
    assertThat(parameters).hasSameSizeAs(network.parameters());
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    return network;
  }

  /** Returns a learner whose policy phase does nothing, of phases of two rollouts. */
  private static PhasicLearner learner(Golden golden, SimdActorCritic network) {
    JsonNode settings = golden.settings();
    boolean box = settings.get("box").asBoolean();
    Space actions = box ? Space.Box.of(-1, 1, 3, DType.FLOAT32) : new Space.Discrete(3);
    PhasicConfig config =
        new PhasicConfig(
            2,
            settings.get("epochs").asInt(),
            settings.get("minibatches").asInt() / 2,
            settings.get("beta_clone").asDouble());
    return new PhasicLearner(
        new NoLearner(),
        network,
        ActionDistribution.of(actions, ActionConfig.DEFAULT, network.shape()),
        config,
        Optimizer.of(OptimizerConfig.of(Algorithm.PPG, box), network.parameters().length),
        settings.get("rows").asInt() / 2,
        1,
        indices -> {});
  }

  /** Returns half of the recorded transitions. */
  private static Rollout rollout(Golden golden, int half) {
    int rows = golden.settings().get("rows").asInt() / 2;
    Rollout rollout = new Rollout(rows, 1, 3, 1);
    System.arraycopy(
        golden.floats("observations"), half * rows * 3, rollout.observations, 0, rows * 3);
    System.arraycopy(golden.floats("returns"), half * rows, rollout.returns, 0, rows);
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

  private static final class NoLearner implements Learner {
    @Override
    public Metrics learn(Rollout rollout, double learningRate, double clipCoef) {
      return new Metrics();
    }

    @Override
    public void save(TrainingState state) {}

    @Override
    public void restore(TrainingState state) {}
  }
}
