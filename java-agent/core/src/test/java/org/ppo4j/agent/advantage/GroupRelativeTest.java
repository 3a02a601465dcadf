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

/** Compares advantages with those of TRL's formula, and with numbers by hand. */
class GroupRelativeTest {
  static List<Golden> goldens() throws IOException {
    return Golden.all("grpo");
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void advantagesAreTrls(Golden golden) {
    int steps = golden.settings().required("num_steps").asInt();
    int envs = golden.settings().required("num_envs").asInt();
    Rollout rollout = new Rollout(steps, envs, 1, 1);
    System.arraycopy(golden.floats("rewards"), 0, rollout.rewards, 0, rollout.rows());
    double[] done = golden.doubles("done");
    for (int at = 0; at < done.length; at++) {
      rollout.terminated[at] = done[at] == 1 && at % 2 == 0;
      rollout.truncated[at] = done[at] == 1 && at % 2 == 1;
    }

    estimator(1, golden.settings().required("group_size").asInt()).estimate(rollout);

    double[] expected = golden.doubles("advantages");
    for (int at = 0; at < expected.length; at++) {
      assertThat((double) rollout.advantages[at]).isCloseTo(expected[at], within(1e-6));
    }
    assertThat(rollout.returns).containsOnly(0);
  }

  /**
   * The first episodes have the returns 1 + 0.5 * 2 = 2 and 4 + 0.5 * 8 + 0.25 * 16 = 12: mean 7,
   * sample deviation sqrt(2 * 25) = 5 sqrt(2). The second are cut after one step, with 3 and 3.
   */
  @Test
  void byHand() {
    Rollout rollout = new Rollout(4, 2, 1, 1);
    float[] rewards = {1, 4, 2, 8, 99, 16, 3, 3};
    System.arraycopy(rewards, 0, rollout.rewards, 0, rewards.length);
    rollout.terminated[1 * 2] = true;
    rollout.truncated[2 * 2 + 1] = true;
    Arrays.fill(rollout.advantages, -7);

    estimator(0.5, 2).estimate(rollout);

    float a = (float) (5 / (5 * Math.sqrt(2) + 1e-4));
    assertThat(rollout.advantages).containsExactly(-a, a, -a, a, 0, a, 0, 0);
  }

  /** Of two members none can be compared; of three, the other two. */
  @Test
  void anEpisodeThatWasInterruptedIsNoEvidence() {
    for (int members : new int[] {2, 3}) {
      Rollout rollout = new Rollout(3, members, 1, 1);
      Arrays.fill(rollout.rewards, 1);
      rollout.rewards[0] = 3;
      rollout.interrupted.set(members + 1); // in the second step of the second member
      rollout.bootstrapInterrupted();

      estimator(1, members).estimate(rollout);

      float a = members == 2 ? 0 : (float) (1 / (Math.sqrt(2) + 1e-4));
      for (int t = 0; t < 3; t++) {
        assertThat(rollout.advantages[t * members]).isEqualTo(a);
        assertThat(rollout.advantages[t * members + 1]).isZero();
      }
      assertThat(rollout.advantages[members - 1]).isEqualTo(members == 2 ? 0 : -a);
    }
  }

  private static GroupRelative estimator(double gamma, int groupSize) {
    return new GroupRelative(new AdvantageConfig(gamma, 1, false, false, groupSize));
  }
}
