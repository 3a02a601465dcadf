package org.ppo4j.agent.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.rollout.Rollout;

/** The arithmetic of each case, written out by hand, with gamma 0.5 and lambda 0.5. */
class GeneralizedAdvantageTest {

  @Test
  void oneEpisodeCutByTheRollout() {
    Rollout rollout = rollout(new float[] {1, 2, 3}, new float[] {10, 20, 30}, 40);
    compute(rollout, true);
    // delta_2 = 3 + .5*40 - 30 = -7;   A_2 = -7
    // delta_1 = 2 + .5*30 - 20 = -3;   A_1 = -3 + .25*-7 = -4.75
    // delta_0 = 1 + .5*20 - 10 = 1;    A_0 = 1 + .25*-4.75 = -0.1875
    assertThat(rollout.advantages).containsExactly(-0.1875f, -4.75f, -7);
    assertThat(rollout.returns).containsExactly(9.8125f, 15.25f, 23);
  }

  @Test
  void terminationHasNoFuture() {
    Rollout rollout = rollout(new float[] {1, 2, 3}, new float[] {10, 20, 30}, 40);
    rollout.terminated[1] = true;
    rollout.finalValues[1] = 1e9f;
    compute(rollout, true);
    // delta_1 = 2 + 0 - 20 = -18, A_1 = -18;   A_0 = 1 + .25*-18 = -3.5
    assertThat(rollout.advantages).containsExactly(-3.5f, -18, -7);
  }

  @Test
  void truncationBootstrapsFromTheFinalObservation() {
    Rollout rollout = rollout(new float[] {1, 2, 3}, new float[] {10, 20, 30}, 40);
    rollout.truncated[1] = true;
    rollout.finalValues[1] = 100;
    compute(rollout, true);
    // delta_1 = 2 + .5*100 - 20 = 32, A_1 = 32;   A_0 = 1 + .25*32 = 9
    assertThat(rollout.advantages).containsExactly(9, 32, -7);
  }

  @Test
  void truncationCountsAsTerminationWithoutBootstrap() {
    Rollout rollout = rollout(new float[] {1, 2, 3}, new float[] {10, 20, 30}, 40);
    rollout.truncated[1] = true;
    rollout.finalValues[1] = 100;
    compute(rollout, false);
    assertThat(rollout.advantages).containsExactly(-3.5f, -18, -7);
  }

  @Test
  void terminationWinsOverTruncation() {
    Rollout rollout = rollout(new float[] {1, 2, 3}, new float[] {10, 20, 30}, 40);
    rollout.terminated[1] = true;
    rollout.truncated[1] = true;
    rollout.finalValues[1] = 100;
    compute(rollout, true);
    assertThat(rollout.advantages).containsExactly(-3.5f, -18, -7);
  }

  @Test
  void environmentsDoNotMix() {
    Rollout pair = new Rollout(3, 2, 1, 1);
    float[][] rewards = {{1, 2, 3}, {-5, 0, 5}};
    float[][] values = {{10, 20, 30}, {1, 2, 3}};
    for (int t = 0; t < 3; t++) {
      for (int env = 0; env < 2; env++) {
        pair.rewards[t * 2 + env] = rewards[env][t];
        pair.values[t * 2 + env] = values[env][t];
      }
    }
    pair.lastValues[0] = 40;
    pair.lastValues[1] = 4;
    pair.terminated[1 * 2 + 1] = true;
    compute(pair, true);
    Rollout second = rollout(rewards[1], values[1], 4);
    second.terminated[1] = true;
    compute(second, true);
    for (int t = 0; t < 3; t++) {
      assertThat(pair.advantages[t * 2 + 1]).isEqualTo(second.advantages[t]);
    }
    assertThat((double) pair.advantages[0]).isCloseTo(-0.1875, within(1e-6));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void agreesWithCleanRl(Golden golden) {
    int steps = golden.settings().get("steps").asInt();
    int envs = golden.settings().get("envs").asInt();
    Rollout rollout = new Rollout(steps, envs, 1, 1);
    System.arraycopy(golden.floats("rewards"), 0, rollout.rewards, 0, steps * envs);
    System.arraycopy(golden.floats("values"), 0, rollout.values, 0, steps * envs);
    System.arraycopy(golden.floats("next_values"), 0, rollout.lastValues, 0, envs);
    double[] dones = golden.doubles("dones");
    double[] nextDones = golden.doubles("next_dones");
    for (int at = 0; at < steps * envs; at++) {
      int next = at + envs;
      boolean done = (next < dones.length ? dones[next] : nextDones[next - dones.length]) == 1;
      rollout.truncated[at] = done && at % 2 == 0;
      rollout.terminated[at] = done && at % 2 == 1;
    }
    new GeneralizedAdvantage(
            new AdvantageConfig(
                golden.settings().get("gamma").asDouble(),
                golden.settings().get("gae_lambda").asDouble(),
                false,
                false))
        .estimate(rollout);
    for (int at = 0; at < steps * envs; at++) {
      double advantage = golden.doubles("advantages")[at];
      assertThat((double) rollout.advantages[at]).isCloseTo(advantage, within(1e-5));
      assertThat((double) rollout.returns[at])
          .isCloseTo(golden.doubles("returns")[at], within(1e-5));
    }
  }

  static List<Golden> goldens() throws IOException {
    return Golden.all("gae");
  }

  private static Rollout rollout(float[] rewards, float[] values, float lastValue) {
    Rollout rollout = new Rollout(rewards.length, 1, 1, 1);
    System.arraycopy(rewards, 0, rollout.rewards, 0, rewards.length);
    System.arraycopy(values, 0, rollout.values, 0, values.length);
    rollout.lastValues[0] = lastValue;
    return rollout;
  }

  private static void compute(Rollout rollout, boolean bootstrapTruncated) {
    new GeneralizedAdvantage(new AdvantageConfig(0.5, 0.5, bootstrapTruncated, false))
        .estimate(rollout);
  }
}
