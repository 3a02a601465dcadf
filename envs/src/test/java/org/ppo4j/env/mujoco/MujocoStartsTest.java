package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Episodes start from the distributions that Gymnasium documents, tested on a thousand seeds. The
 * tolerances are five standard deviations of a mean.
 */
@EnabledIf("isThere")
class MujocoStartsTest {
  private static final int SEEDS = 1000;
  private static final int ENVS = 10;

  static boolean isThere() {
    return MujocoHome.find().isPresent();
  }

  /** For a uniform point on a disc, the square of the distance from the centre is uniform. */
  @Test
  void targetOfReacherIsUniformOnADisc() {
    List<double[]> starts = starts("Reacher-v5");
    ToDoubleFunction<double[]> square = start -> (sq(start[4]) + sq(start[5])) / sq(0.2);
    assertThat(starts).allMatch(start -> square.applyAsDouble(start) < 1);
    assertThat(mean(starts, square)).isCloseTo(0.5, within(5 * Math.sqrt(1 / 12.0 / SEEDS)));
    for (int axis = 4; axis < 6; axis++) {
      int k = axis;
      assertThat(mean(starts, start -> start[k])).isCloseTo(0, within(5 * 0.1 / Math.sqrt(SEEDS)));
    }
    for (int joint = 0; joint < 2; joint++) {
      int k = joint;
      assertThat(mean(starts, start -> sq(Math.asin(start[2 + k]))))
          .isCloseTo(sq(0.1) / 3, within(5 * sq(0.1) * Math.sqrt(4 / 45.0 / SEEDS)));
      assertThat(mean(starts, start -> sq(start[6 + k])))
          .isCloseTo(sq(0.005) / 3, within(5 * sq(0.005) * Math.sqrt(4 / 45.0 / SEEDS)));
    }
  }

  /**
   * The cylinder is uniform on a rectangle minus half a disc around the goal. Their areas are 0.12
   * and 0.0454 and their first moments -0.018 and -2/3 0.17^3, which give the mean along the
   * rectangle.
   */
  @Test
  void cylinderOfPusherIsNotNearItsGoal() {
    List<double[]> starts = starts("Pusher-v5");
    double mean = (-0.018 + 2 / 3.0 * 0.17 * sq(0.17)) / (0.12 - Math.PI / 2 * sq(0.17));
    assertThat(starts)
        .allSatisfy(
            start -> {
              assertThat(Math.hypot(start[17] - start[20], start[18] - start[21]))
                  .isGreaterThan(0.17);
              assertThat(start[17] - start[20]).isBetween(-0.2, 0.2);
              assertThat(start[18] - start[21]).isBetween(-0.3, 0.0);
              assertThat(start).startsWith(new double[7]);
            });
    assertThat(mean(starts, start -> start[17] - start[20]))
        .isCloseTo(0, within(5 * 0.13 / Math.sqrt(SEEDS)));
    assertThat(mean(starts, start -> start[18] - start[21]))
        .isCloseTo(mean, within(5 * 0.08 / Math.sqrt(SEEDS)));
    assertThat(mean(starts, start -> sq(start[9])))
        .isCloseTo(sq(0.005) / 3, within(5 * sq(0.005) * Math.sqrt(4 / 45.0 / SEEDS)));
  }

  /** Coordinates are uniform with variance 0.1^2 / 3, velocities are normal, contacts are zero. */
  @Test
  void antStartsWithNormalVelocities() {
    List<double[]> starts = starts("Ant-v5");
    assertThat(mean(starts, start -> sq(start[0] - 0.75)))
        .isCloseTo(sq(0.1) / 3, within(5 * sq(0.1) * Math.sqrt(4 / 45.0 / SEEDS)));
    for (int velocity = 13; velocity < 27; velocity++) {
      int k = velocity;
      assertThat(mean(starts, start -> start[k])).isCloseTo(0, within(5 * 0.1 / Math.sqrt(SEEDS)));
      assertThat(mean(starts, start -> sq(start[k])))
          .isCloseTo(sq(0.1), within(5 * sq(0.1) * Math.sqrt(2.0 / SEEDS)));
    }
    assertThat(starts).allSatisfy(start -> assertThat(start).endsWith(new double[78]));
  }

  private static List<double[]> starts(String id) {
    List<double[]> starts = new ArrayList<>();
    try (VectorEnv env = Envs.make(id, ENVS)) {
      StepBatch batch = StepBatch.of(env);
      int size = env.spec().observationSpace().size();
      double[] actions = new double[ENVS * env.spec().actionSpace().size()];
      for (int seed = 0; seed < SEEDS; seed += ENVS) {
        env.reset(seed, batch);
        for (int i = 0; i < ENVS; i++) {
          starts.add(Arrays.copyOfRange(batch.observations, i * size, (i + 1) * size));
        }
        env.step(actions, batch); // leaves forces and positions that a reset has to clear
      }
    }
    return starts;
  }

  private static double mean(List<double[]> starts, ToDoubleFunction<double[]> of) {
    return starts.stream().mapToDouble(of).average().orElseThrow();
  }

  private static double sq(double x) {
    return x * x;
  }
}
