package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "UINT8, 0, 255, CLIP, -0.6 -0.5 0.4 0.5 1.5 254.4 254.5 254.6 300, 0 0 0 0 2 254 254 255 255",
    "INT8, -128, 127, CLIP, -129 -127.6 -0.3 126.6 127.5 200, -128 -128 0 127 127 127",
    "INT32, -3, 4, CLIP, -3.6 -2.5 2.5 3.6 5, -3 -2 2 4 4",
    "UINT8, 3, 7, NONE, -5 2.6 7.4 300, 0 3 7 255",
    "INT8, 3, 7, NONE, -500 127.6, -128 127",
    "BOOL, 0, 1, CLIP, -2 0.4 0.6 2, 0 0 1 1",
    "UINT8, 0, 255, SQUASH, -40 40 0, 0 255 128"
  })
  void integersReachBothEndsAndNeverWrap(
      DType dtype, double low, double high, ActionBounds bounds, String actions, String expected) {
    Space space = Space.Box.of(low, high, 1, dtype);
    double[] given = numbers(actions);
    double[] out = new double[given.length];
    new ActionEncoder(space, new ActionConfig(ActionHead.GAUSSIAN, bounds, -1))
        .encode(floats(given), given.length, out);
    assertThat(out).containsExactly(numbers(expected));
  }

  @Test
  void betaActionsReachBothEndsOfIntegers() {
    double[] out = new double[4];
    new ActionEncoder(
            Space.Box.of(-2, 2, 1, DType.INT16),
            new ActionConfig(ActionHead.BETA, ActionBounds.CLIP, -1))
        .encode(new float[] {0.01f, 0.99f, 0.5f, 0.7f}, 4, out);
    assertThat(out).containsExactly(-2, 2, 0, 1);
  }

  private static double[] numbers(String texts) {
    return Arrays.stream(texts.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
