package org.ppo4j.env.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The T-maze of Bakker (2001), step by step. */
class TMazeTest {
  private static final double NORTH = 0;
  private static final double EAST = 1;
  private static final double SOUTH = 2;
  private static final double WEST = 3;

  private final StepBatch batch;
  private final VectorEnv maze = Envs.make("ppo4j/TMaze-v0", 1, Map.of("length", 2));

  TMazeTest() {
    batch = StepBatch.of(maze);
    maze.reset(3, batch);
  }

  private double step(double action) {
    maze.step(new double[] {action}, batch);
    return batch.rewards[0];
  }

  @Test
  void theSignalIsShownAtTheStartAndDecidesAtTheJunction() {
    int norths = 0;
    for (int episode = 0; episode < 40; episode++) {
      boolean isNorth = batch.observations[0] == 0;
      norths += isNorth ? 1 : 0;
      assertThat(batch.observations).containsExactly(isNorth ? 0 : 1, 1, isNorth ? 1 : 0);
      assertThat(step(WEST)).isEqualTo(-0.1);
      assertThat(step(NORTH)).isEqualTo(-0.1);
      assertThat(batch.observations).containsExactly(isNorth ? 0 : 1, 1, isNorth ? 1 : 0);
      assertThat(step(EAST)).isZero();
      assertThat(batch.observations).containsExactly(1, 0, 1);
      assertThat(step(EAST)).isZero();
      assertThat(batch.observations).containsExactly(0, 1, 0);
      assertThat(step(EAST)).isEqualTo(-0.1);
      assertThat(batch.terminated[0]).isFalse();
      boolean isRight = episode % 3 > 0;
      assertThat(step(isNorth == isRight ? NORTH : SOUTH)).isEqualTo(isRight ? 4 : -0.1);
      assertThat(batch.terminated[0]).isTrue();
      assertThat(batch.episodeLengths[0]).isEqualTo(6);
    }
    assertThat(norths).isBetween(10, 30);
  }

  @Test
  void stepsAgainstWallsAreInvalidIfAsked() {
    assertThat(maze.spec().masksActions()).isFalse();
    try (VectorEnv masked = Envs.make("ppo4j/TMaze-v0", 1, Map.of("length", 2, "masks", true))) {
      StepBatch out = StepBatch.of(masked);
      masked.reset(3, out);
      assertThat(out.actionMasks).containsExactly(0, 1, 0, 0);
      masked.step(new double[] {EAST}, out);
      assertThat(out.actionMasks).containsExactly(0, 1, 0, 1);
      masked.step(new double[] {EAST}, out);
      assertThat(out.actionMasks).containsExactly(1, 0, 1, 1);
      masked.step(new double[] {NORTH}, out);
      assertThat(out.terminated[0]).isTrue();
      assertThat(out.actionMasks).containsExactly(0, 1, 0, 0);
    }
  }

  @Test
  void theLengthIsAnArgument() {
    assertThatThrownBy(() -> Envs.make("ppo4j/TMaze-v0", 1, Map.of("length", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("length");
    try (VectorEnv fifty = Envs.make("ppo4j/TMaze-v0", 1)) {
      StepBatch out = StepBatch.of(fifty);
      fifty.reset(1, out);
      for (int i = 0; i < 50; i++) {
        assertThat(out.observations[1] == 1).isEqualTo(i == 0);
        fifty.step(new double[] {EAST}, out);
      }
      assertThat(out.observations).containsExactly(0, 1, 0);
    }
  }
}
