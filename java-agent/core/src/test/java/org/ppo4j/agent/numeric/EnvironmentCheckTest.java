package org.ppo4j.agent.numeric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

class EnvironmentCheckTest {
  private static final Space UNBOUNDED =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 3, DType.FLOAT64);

  private final StepBatch batch = new StepBatch(2, 3);

  private void assertRefused(Space space, StepBatch wrong, String message) {
    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> new EnvironmentCheck(space).step(wrong, 8))
        .withMessage(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0x1p64, -0x1p64, 1e39, -1e200, 1.7e308, 3.4028234663852886e38})
  void aHugeNumberIsRefusedWhereverItIs(double huge) {
    String bounds =
        "but must lie between -1.8e19 and 1.8e19, so that a float can represent its square; fix the environment";
    batch.observations[4] = huge;
    assertRefused(
        UNBOUNDED,
        batch,
        "the observation of sub-environment 1 is %s at index 1, %s".formatted(huge, bounds));
    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> new EnvironmentCheck(UNBOUNDED).reset(batch))
        .withMessageStartingWith(
            "the observation of sub-environment 1 is %s at index 1 at the start", huge);
    batch.observations[4] = 0;
    batch.rewards[0] = huge;
    assertRefused(
        UNBOUNDED, batch, "the reward of sub-environment 0 is %s, %s".formatted(huge, bounds));
    batch.rewards[0] = 0;
    batch.finalObservations[0] = huge;
    new EnvironmentCheck(UNBOUNDED).step(batch, 8); // the row is not valid
    batch.truncated[0] = true;
    assertRefused(
        UNBOUNDED,
        batch,
        "the final observation of sub-environment 0 is %s at index 0, %s".formatted(huge, bounds));
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNotFiniteIsRefused(double number) {
    batch.observations[5] = number;
    assertRefused(
        UNBOUNDED,
        batch,
        "the observation of sub-environment 1 is %s at index 2, but must be finite; fix the environment"
            .formatted(number));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1.8446743e19, -1.8e19, 0, -0.0, Double.MIN_VALUE})
  void largeNumbersThatCanBeSquaredAreAccepted(double number) {
    batch.observations[5] = number;
    batch.rewards[1] = number;
    EnvironmentCheck check = new EnvironmentCheck(UNBOUNDED);
    check.reset(batch);
    check.step(batch, 8);
    assertThat((float) number * (float) number).isFinite();
    assertThat(check.takeFinding()).isNull();
  }

  @ParameterizedTest
  @ValueSource(doubles = {3, 8, -1, 5.5})
  void aValueThatIsNoChoiceIsRefused(double value) {
    Space space = new Space.Discrete(4, 4);
    StepBatch one = new StepBatch(2, 1);
    one.observations[0] = 4;
    one.observations[1] = value;
    one.finalObservations[0] = value;
    String text = value == 5.5 ? "5.5" : Long.toString((long) value);
    String requirement = " is %s, but must be a value of Discrete(4, start=4); fix the environment";
    assertRefused(
        space, one, ("the observation of sub-environment 1" + requirement).formatted(text));
    one.observations[1] = 7;
    new EnvironmentCheck(space).step(one, 8);
    one.terminated[0] = true;
    assertRefused(
        space, one, ("the final observation of sub-environment 0" + requirement).formatted(text));
  }

  @Test
  void aNumberThatIsNotFiniteIsToldWithItsPart() {
    StepBatch parts = new StepBatch(2, 5);
    parts.observations[9] = Double.NaN;
    assertRefused(
        new Space.Tuple(UNBOUNDED, Space.Box.of(-1, 1, 2, DType.FLOAT32)),
        parts,
        "the observation of sub-environment 1 is NaN at index 1 of its part Box(-1.0, 1.0, (2,), float32), but must be finite; fix the environment");
    StepBatch one = new StepBatch(2, 1);
    one.observations[1] = Double.NaN;
    assertRefused(
        Space.Box.of(-1, 1, 1, DType.FLOAT32),
        one,
        "the observation of sub-environment 1 is NaN, but must be finite; fix the environment");
  }

  @Test
  void severalChoicesAreRefusedTogether() {
    batch.observations[3] = 2;
    batch.observations[5] = 4;
    assertRefused(
        new Space.MultiDiscrete(3, 3, 4),
        batch,
        "the observation of sub-environment 1 is [2, 0, 4], but must be a value of MultiDiscrete([3 3 4]); fix the environment");
    assertRefused(
        new Space.MultiBinary(3),
        batch,
        "the observation of sub-environment 1 is [2, 0, 4], but must be a value of MultiBinary(3); fix the environment");
  }

  @Test
  void theFirstNumberOutsideItsBoundsIsFoundOnce() {
    Space space =
        new Space.Box(
            new double[] {-1, Double.NEGATIVE_INFINITY, 0},
            new double[] {1, 2, Double.POSITIVE_INFINITY},
            new int[] {3},
            DType.FLOAT32);
    EnvironmentCheck check = new EnvironmentCheck(space);
    batch.observations[0] = 1 + 1e-7; // rounding
    check.reset(batch);
    check.step(batch, 8);
    assertThat(check.takeFinding()).isNull();
    batch.observations[4] = 2.5;
    check.step(batch, 10);
    batch.observations[0] = 9;
    check.step(batch, 12);
    assertThat(check.takeFinding())
        .isEqualTo(
            "the observation of sub-environment 1 has 2.5 at index 1 at step 10, outside of its bounds, -Infinity to 2.0");
    check.step(batch, 14);
    assertThat(check.takeFinding()).isNull();
  }

  @Test
  void aBoxAmongOtherPartsHasBoundsToo() {
    Space space =
        new Space.Tuple(
            new Space.Discrete(3),
            UNBOUNDED,
            Space.Box.of(0, 255, 2, DType.UINT8),
            Space.Box.of(-1, 1, 2, DType.FLOAT32));
    StepBatch parts = new StepBatch(1, space.size());
    parts.observations[4] = 300;
    EnvironmentCheck check = new EnvironmentCheck(space);
    check.reset(parts);
    assertThat(check.takeFinding()).isNull();
    parts.observations[7] = -70;
    check.reset(parts);
    assertThat(check.takeFinding())
        .isEqualTo(
            "the observation of sub-environment 0 has -70.0 at index 1 of its part Box(-1.0, 1.0, (2,), float32) at the start, outside of its bounds, -1.0 to 1.0");
  }
}
