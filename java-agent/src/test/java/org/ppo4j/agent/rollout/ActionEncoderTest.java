package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class ActionEncoderTest {
  private static final Space BOX =
      new Space.Box(new double[] {-1, 0}, new double[] {1, 5}, new int[] {2}, DType.FLOAT32);

  @Test
  void clipsEachComponentToItsBounds() {
    double[] out = new double[4];
    new ActionEncoder(BOX, true).encode(new float[] {-3, -3, 7, 7}, 2, out);
    assertThat(out).containsExactly(-1, 0, 1, 5);
  }

  @Test
  void leavesActionsAloneUnlessAskedToClip() {
    double[] out = new double[2];
    new ActionEncoder(BOX, false).encode(new float[] {-3, 7}, 1, out);
    assertThat(out).containsExactly(-3, 7);
  }

  @Test
  void countsFromTheStartOfTheSpace() {
    double[] out = new double[2];
    new ActionEncoder(new Space.Discrete(3, -1), true).encode(new float[] {0, 2}, 2, out);
    assertThat(out).containsExactly(-1, 1);
    new ActionEncoder(new Space.MultiDiscrete(new int[] {2, 2}, new int[] {4, 7}), true)
        .encode(new float[] {1, 0}, 1, out);
    assertThat(out).containsExactly(5, 7);
  }
}
