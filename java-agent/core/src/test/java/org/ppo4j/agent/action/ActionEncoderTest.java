package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class ActionEncoderTest {
  private static final ActionConfig SQUASH =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.SQUASH, -1);

  private static final Space BOX =
      new Space.Box(new double[] {-1, 0}, new double[] {1, 5}, new int[] {2}, DType.FLOAT32);

  @Test
  void clipsEachComponentToItsBounds() {
    double[] out = new double[4];
    new ActionEncoder(BOX, ActionConfig.DEFAULT).encode(new float[] {-3, -3, 7, 7}, 2, out);
    assertThat(out).containsExactly(-1, 0, 1, 5);
  }

  @Test
  void leavesActionsAloneUnlessAskedToClip() {
    double[] out = new double[2];
    new ActionEncoder(BOX, new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.NONE, -1))
        .encode(new float[] {-3, 7}, 1, out);
    assertThat(out).containsExactly(-3, 7);
  }

  /** tanh(0) = 0 is the middle, tanh(ln 2) = 0.6 is at 0.8 of the range, and 40 is at the bound. */
  @Test
  void squashesIntoTheBounds() {
    double[] out = new double[6];
    float ln2 = (float) Math.log(2);
    new ActionEncoder(BOX, SQUASH).encode(new float[] {0, 0, ln2, ln2, -40, 40}, 3, out);
    assertThat(out).usingComparatorWithPrecision(1e-7).containsExactly(0, 2.5, 0.6, 4, -1, 5);
  }

  @Test
  void scalesBetaActionsToTheBounds() {
    double[] out = new double[2];
    ActionConfig beta = new ActionConfig(ActionHead.BETA, ActionBounds.CLIP, -1);
    new ActionEncoder(
            new Space.Box(new double[] {-1, 2}, new double[] {1, 6}, new int[] {2}, DType.FLOAT32),
            beta)
        .encode(new float[] {0.25f, 0.75f}, 1, out);
    assertThat(out).containsExactly(-0.5, 5);

    Space unbounded = Space.Box.of(-1, Double.POSITIVE_INFINITY, 1, DType.FLOAT32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ActionEncoder(unbounded, beta))
        .withMessage(
            "actionHead BETA needs finite bounds, but actions are %s; use GAUSSIAN", unbounded);
  }

  @Test
  void refusesToSquashIntoNoBounds() {
    Space unbounded = Space.Box.of(-1, Double.POSITIVE_INFINITY, 1, DType.FLOAT32);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ActionEncoder(unbounded, SQUASH))
        .withMessageStartingWith("actionBounds SQUASH needs finite bounds, but actions are Box(");
  }

  @Test
  void countsFromTheStartOfTheSpace() {
    double[] out = new double[2];
    new ActionEncoder(new Space.Discrete(3, -1), ActionConfig.DEFAULT)
        .encode(new float[] {0, 2}, 2, out);
    assertThat(out).containsExactly(-1, 1);
    new ActionEncoder(
            new Space.MultiDiscrete(new int[] {2, 2}, new int[] {4, 7}), ActionConfig.DEFAULT)
        .encode(new float[] {1, 0}, 1, out);
    assertThat(out).containsExactly(5, 7);
  }
}
