package org.ppo4j.tokens.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.tokens.loss.GroupAdvantages.Scale;

/** Losses, advantages and gradients equal those of TRL's functions ({@code record_trl.py}). */
class TrlTest {
  /** TRL divides counts of tokens in float32. */
  private static final double TOLERANCE = 5e-7;

  private static void assertClose(double[] actual, double[] expected, String name) {
    assertThat(actual).as(name).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).as("%s[%d]", name, i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static Ragged lengths(Golden golden) {
    JsonNode lengths = golden.settings().path("lengths");
    return Ragged.of(
        IntStream.range(0, lengths.size()).map(i -> lengths.path(i).asInt()).toArray());
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonNode name) {
    return Enum.valueOf(type, name.asText().toUpperCase(Locale.ROOT));
  }

  static Iterable<Golden> grpo() throws IOException {
    return Golden.all("grpo");
  }

  @ParameterizedTest
  @MethodSource("grpo")
  void grpoLoss(Golden golden) {
    JsonNode settings = golden.settings();
    double beta = settings.path("beta").asDouble();
    GrpoLoss loss =
        new GrpoLoss(
            new GrpoLoss.Settings(
                constant(GrpoLoss.Type.class, settings.path("loss_type")),
                constant(GrpoLoss.Level.class, settings.path("importance_sampling_level")),
                0.2,
                settings.path("epsilon_high").asDouble(),
                settings.path("delta").asDouble(Double.POSITIVE_INFINITY),
                beta,
                settings.path("use_bias_correction_kl").asBoolean(),
                settings.path("max_completion_length").asInt()));
    Ragged completions = lengths(golden);
    double[] gradients = new double[completions.total()];
    GrpoLoss.Result result =
        loss.compute(
            completions,
            golden.doubles("advantages"),
            golden.doubles("logps"),
            golden.doubles("old"),
            beta == 0 ? null : golden.doubles("reference"),
            settings.path("items").asDouble(),
            gradients);
    assertThat(result.loss()).isCloseTo(settings.path("loss").asDouble(), within(TOLERANCE));
    assertThat(result.kl()).isCloseTo(settings.path("kl").asDouble(), within(TOLERANCE));
    assertClose(gradients, golden.doubles("gradients"), "gradients");
  }

  @Test
  void groupAdvantages() throws IOException {
    Golden golden = Golden.read("groups/grpo.golden");
    for (Scale scale : Scale.values()) {
      String name = scale.name().toLowerCase(Locale.ROOT);
      double[] advantages = GroupAdvantages.grpo(golden.doubles("rewards"), 4, scale);
      assertClose(advantages, golden.doubles(name), name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "normalized"})
  void rloo(String name) throws IOException {
    Golden golden = Golden.read("rloo/" + name + ".golden");
    Ragged completions = lengths(golden);
    double[] rewards =
        RlooLoss.leashed(
            completions,
            golden.doubles("rewards"),
            golden.doubles("old"),
            golden.doubles("reference"),
            0.05);
    double[] advantages =
        GroupAdvantages.rloo(rewards, 3, golden.settings().path("normalize").asBoolean());
    assertClose(advantages, golden.doubles("advantages"), "advantages");
    double[] gradients = new double[completions.total()];
    GrpoLoss.Result result =
        new RlooLoss(0.2, 0.2)
            .compute(
                completions,
                golden.doubles("advantages"),
                golden.doubles("logps"),
                golden.doubles("old"),
                gradients);
    double expected = golden.settings().path("loss").asDouble();
    assertThat(result.loss()).isCloseTo(expected, within(TOLERANCE));
    assertClose(gradients, golden.doubles("gradients"), "gradients");
  }

  static Iterable<Golden> ppo() throws IOException {
    return Golden.all("ppo");
  }

  @ParameterizedTest
  @MethodSource("ppo")
  void ppo(Golden golden) {
    JsonNode settings = golden.settings();
    PpoTokens ppo =
        new PpoTokens(
            new PpoTokens.Settings(
                0.05,
                constant(PpoTokens.KlEstimator.class, settings.path("kl_estimator")),
                0.2,
                0.1,
                0.2,
                0.98,
                0.95,
                settings.path("whiten_rewards").asBoolean(),
                settings.path("response_length").asInt()));
    Ragged completions = lengths(golden);
    double[] oldValues = golden.doubles("old_values");
    double[] rewards =
        ppo.rewards(
            completions,
            golden.doubles("old"),
            golden.doubles("reference"),
            golden.doubles("scores"));
    assertClose(rewards, golden.doubles("rewards"), "rewards");
    double[] advantages = ppo.advantages(ppo.steps(completions), rewards, oldValues);
    double[] returns = new double[advantages.length];
    for (int i = 0; i < returns.length; i++) {
      returns[i] = advantages[i] + oldValues[i];
    }
    assertClose(returns, golden.doubles("returns"), "returns");
    double[] whitened = ppo.ofTokens(completions, advantages);
    assertClose(whitened, golden.doubles("advantages"), "advantages");

    double[] logpGradients = new double[completions.total()];
    double[] valueGradients = new double[returns.length];
    PpoTokens.Result result =
        ppo.loss(
            completions,
            whitened,
            golden.doubles("logps"),
            golden.doubles("old"),
            returns,
            golden.doubles("values"),
            oldValues,
            logpGradients,
            valueGradients);
    double policyLoss = settings.path("policy_loss").asDouble();
    double valueLoss = settings.path("value_loss").asDouble();
    double clipFraction = settings.path("value_clip_fraction").asDouble();
    assertThat(result.policyLoss()).isCloseTo(policyLoss, within(TOLERANCE));
    assertThat(result.valueLoss()).isCloseTo(valueLoss, within(TOLERANCE));
    assertThat(result.valueClipFraction()).isCloseTo(clipFraction, within(1e-6));
    assertClose(logpGradients, golden.doubles("logp_gradients"), "logp gradients");
    assertClose(valueGradients, golden.doubles("value_gradients"), "value gradients");
  }

  static Iterable<Golden> dpo() throws IOException {
    return Golden.all("dpo");
  }

  @ParameterizedTest
  @MethodSource("dpo")
  void dpo(Golden golden) {
    JsonNode settings = golden.settings();
    double[] chosen = golden.doubles("chosen");
    double[] losses = new double[chosen.length];
    double[] gradients = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      double margin =
          chosen[i]
              - golden.doubles("ref_chosen")[i]
              - (golden.doubles("rejected")[i] - golden.doubles("ref_rejected")[i]);
      PairLosses.Value value =
          PairLosses.dpo(
              constant(PairLosses.Dpo.class, settings.path("kind")),
              margin,
              settings.path("beta").asDouble(),
              settings.path("smoothing").asDouble());
      losses[i] = value.loss();
      gradients[i] = value.slope();
    }
    assertClose(losses, golden.doubles("losses"), "losses");
    assertClose(gradients, golden.doubles("gradients"), "gradients");
  }

  @Test
  void rewardLoss() throws IOException {
    Golden golden = Golden.read("reward/pairs.golden");
    double[] chosen = golden.doubles("chosen");
    double[] gradients = new double[chosen.length];
    double loss = 0;
    for (int i = 0; i < chosen.length; i++) {
      PairLosses.Value value = PairLosses.reward(chosen[i] - golden.doubles("rejected")[i]);
      loss += value.loss() / chosen.length;
      gradients[i] = value.slope() / chosen.length;
    }
    assertThat(loss).isCloseTo(golden.settings().path("loss").asDouble(), within(TOLERANCE));
    assertClose(gradients, golden.doubles("gradients"), "gradients");
  }

  @Test
  void logSigmoidDoesNotOverflow() {
    assertThat(PairLosses.logSigmoid(-1000)).isEqualTo(-1000);
    assertThat(PairLosses.logSigmoid(1000)).isZero();
    assertThat(PairLosses.logSigmoid(0)).isCloseTo(-Math.log(2), within(1e-15));
  }
}
