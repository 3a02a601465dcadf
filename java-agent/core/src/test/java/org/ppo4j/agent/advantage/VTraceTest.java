package org.ppo4j.agent.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.rollout.Rollout;

/** Compares V-trace with RLlib's function, and with generalised advantages on the same policy. */
class VTraceTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("vtrace");
  }

  /** RLlib's policy gradient has rho in its advantages; here the surrogate has it. */
  @ParameterizedTest
  @MethodSource("goldens")
  void targetsAndAdvantagesAreRllibs(Golden golden) {
    Rollout rollout = rollout(golden);
    double[] ratios = Arrays.stream(golden.doubles("log_rhos")).map(Math::exp).toArray();

    VTrace.estimate(rollout, ratios, config(golden, 1));

    for (int at = 0; at < rollout.rows(); at++) {
      double rho = Math.min(1, ratios[at]);
      close(rollout.returns[at], golden.doubles("vs")[at]);
      close(rho * rollout.advantages[at], golden.doubles("pg_advantages")[at]);
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void onTheSamePolicyItIsGeneralizedAdvantageBitForBit(Golden golden) {
    Rollout rollout = rollout(golden);
    Rollout expected = rollout(golden);
    double[] ones = new double[rollout.rows()];
    Arrays.fill(ones, 1);

    VTrace.estimate(rollout, ones, config(golden, 0.9));
    new GeneralizedAdvantage(config(golden, 0.9)).estimate(expected);

    assertThat(rollout.advantages).isEqualTo(expected.advantages);
    assertThat(rollout.returns).isEqualTo(expected.returns);
  }

  /** Values are the current critic's, where the lost step had that of the one before. */
  @Test
  void anInterruptedStepTeachesNothing() {
    Rollout rollout = new Rollout(4, 1, 1, 1);
    Arrays.fill(rollout.rewards, 1);
    Arrays.fill(rollout.values, 8);
    rollout.terminated[3] = true;
    rollout.interrupted.set(2);
    rollout.bootstrapInterrupted();
    Arrays.fill(rollout.values, 10);

    double[] ones = {1, 1, 1, 1};
    VTrace.estimate(rollout, ones, new AdvantageConfig(0.9, 1, true, false, 2));

    assertThat(rollout.advantages).containsExactly(0, 0, 0, -9);
  }

  /** Where episodes are truncated, the value of the final observation is bootstrapped. */
  @ParameterizedTest
  @MethodSource("goldens")
  void truncatedEpisodesAreBootstrapped(Golden golden) {
    Rollout rollout = rollout(golden);
    Rollout expected = rollout(golden);
    for (Rollout each : List.of(rollout, expected)) {
      for (int at = 0; at < each.rows(); at++) {
        each.truncated[at] = each.terminated[at];
        each.terminated[at] = false;
        each.finalValues[at] = at;
      }
    }
    double[] ones = new double[rollout.rows()];
    Arrays.fill(ones, 1);

    VTrace.estimate(rollout, ones, config(golden, 0.9));
    new GeneralizedAdvantage(config(golden, 0.9)).estimate(expected);

    assertThat(rollout.returns).isEqualTo(expected.returns);
  }

  private static Rollout rollout(Golden golden) {
    Rollout rollout =
        new Rollout(
            golden.settings().get("steps").asInt(), golden.settings().get("envs").asInt(), 1, 1);
    System.arraycopy(golden.floats("rewards"), 0, rollout.rewards, 0, rollout.rows());
    System.arraycopy(golden.floats("values"), 0, rollout.values, 0, rollout.rows());
    float[] last = golden.floats("last_values");
    System.arraycopy(last, 0, rollout.lastValues, 0, last.length);
    for (int at = 0; at < rollout.rows(); at++) {
      rollout.terminated[at] = golden.floats("dones")[at] == 1;
    }
    return rollout;
  }

  private static AdvantageConfig config(Golden golden, double lambda) {
    return new AdvantageConfig(golden.settings().get("gamma").asDouble(), lambda, true, false);
  }

  private static void close(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
  }
}
