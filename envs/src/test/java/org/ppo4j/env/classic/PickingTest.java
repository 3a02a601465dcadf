package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** An item is picked by its gripper at its place, and by neither alone. */
class PickingTest {

  private static int kind(StepBatch batch) {
    return batch.observations[2] == 1 ? 1 : batch.observations[3] == 1 ? 2 : 3;
  }

  private static double step(VectorEnv env, StepBatch batch, int gripper, double velocity) {
    env.step(new double[] {gripper, velocity}, batch);
    return batch.rewards[0];
  }

  @Test
  void theRightGripperAtTheRightPlacePicks() {
    try (VectorEnv env = Envs.make("ppo4j/Picking-v0", 1)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(5, batch);
      int picked = 0;
      int[] kinds = new int[4];
      for (int t = 0; t < 99; t++) {
        double place = batch.observations[0];
        double away = batch.observations[1];
        int kind = kind(batch);
        kinds[kind]++;
        double velocity = Math.clamp(10 * away, -1, 1);
        if (Math.abs(away) > 0.16) {
          assertThat(step(env, batch, t % 2 == 0 ? 0 : kind, velocity))
              .isEqualTo(t % 2 == 0 ? 0 : -0.1);
          assertThat(batch.observations[0]).isCloseTo(place + velocity / 10, within(1e-6));
          assertThat(batch.observations[1]).isCloseTo(away - velocity / 10, within(1e-6));
        } else if (t % 2 == 0) {
          assertThat(step(env, batch, kind % 3 + 1, velocity)).isEqualTo(-0.1);
        } else if (Math.abs(away) <= 0.1) {
          assertThat(step(env, batch, kind, velocity)).isEqualTo(1);
          assertThat(Math.abs(batch.observations[1])).isPositive();
          picked++;
        } else {
          assertThat(step(env, batch, 0, velocity)).isZero();
        }
      }
      assertThat(picked).isGreaterThan(5);
      assertThat(kinds[1]).isPositive();
      assertThat(kinds[2]).isPositive();
      assertThat(kinds[3]).isPositive();
      assertThat(batch.truncated[0]).isFalse();
      step(env, batch, 0, 0);
      assertThat(batch.truncated[0]).isTrue();
    }
  }

  @Test
  void theArmStopsAtTheEndsOfTheRail() {
    try (VectorEnv env = Envs.make("ppo4j/Picking-v0", 1)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      for (int t = 0; t < 30; t++) {
        step(env, batch, 0, 1);
      }
      assertThat(batch.observations[0]).isEqualTo(1);
    }
  }

  @Test
  void aPartThatIsHeldHasNoEffect() {
    try (VectorEnv still = Envs.make("ppo4j/Picking-v0", 1, Map.of("hold", "velocity"));
        VectorEnv closing = Envs.make("ppo4j/Picking-v0", 1, Map.of("hold", "kind"))) {
      StepBatch batch = StepBatch.of(still);
      still.reset(1, batch);
      double place = batch.observations[0];
      step(still, batch, 0, 1);
      assertThat(batch.observations[0]).isEqualTo(place);
      StepBatch other = StepBatch.of(closing);
      closing.reset(1, other);
      assertThat(step(closing, other, 0, 0)).isEqualTo(-0.1);
    }
    assertThatThrownBy(() -> Envs.make("ppo4j/Picking-v0", 1, Map.of("hold", "arm")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hold");
  }
}
