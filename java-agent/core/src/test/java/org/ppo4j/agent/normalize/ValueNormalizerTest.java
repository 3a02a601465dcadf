package org.ppo4j.agent.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.state.TrainingState;

class ValueNormalizerTest {
  private static final Offset<Float> NEARLY =
      within(5e-3f); // the statistics start with a weight of 1e-4

  private final ValueNormalizer normalizer = new ValueNormalizer();

  @Test
  void anOutputIsTheValueBeforeTheFirstUpdate() {
    assertThat(value(normalizer, 0, -3)).isCloseTo(-3, NEARLY);
  }

  /** Mean 14 and deviation 4; then mean 7 and deviation sqrt((16 + 0) / 2 + 49), by hand. */
  @Test
  void unitsAreThoseOfAllReturns() {
    normalizer.update(new float[] {10, 18});
    assertThat(value(normalizer, 0, 2)).isCloseTo(22, NEARLY);
    assertThat(target(18)).isCloseTo(1, NEARLY);

    normalizer.update(new float[] {0, 0});
    float deviation = (float) Math.sqrt(57);
    assertThat(value(normalizer, 0, 2)).isCloseTo(7 + 2 * deviation, NEARLY);
    assertThat(target(7 + deviation)).isCloseTo(1, NEARLY);
  }

  /** A critic that was copied before the last update still has the units of then. */
  @Test
  void aCriticThatIsBehindHasThePreviousUnits() {
    normalizer.update(new float[] {10, 18});
    assertThat(value(normalizer, 1, 2)).isCloseTo(2, NEARLY);

    normalizer.update(new float[] {0, 0});
    assertThat(value(normalizer, 1, 2)).isCloseTo(22, NEARLY);
  }

  @Test
  void continuesWithBothUnits() {
    normalizer.update(new float[] {10, 18});
    normalizer.update(new float[] {1, 2});
    TrainingState state = new TrainingState();
    normalizer.save(state);

    ValueNormalizer resumed = new ValueNormalizer();
    resumed.restore(state);
    ValueNormalizer started = new ValueNormalizer();
    started.start(state);

    for (int lag = 0; lag < 2; lag++) {
      assertThat(value(resumed, lag, 2)).isEqualTo(value(normalizer, lag, 2));
      assertThat(value(started, lag, 2)).isEqualTo(value(normalizer, 0, 2));
    }
    resumed.update(new float[] {5});
    normalizer.update(new float[] {5});
    assertThat(value(resumed, 0, 2)).isEqualTo(value(normalizer, 0, 2));
  }

  private static float value(ValueNormalizer normalizer, int lag, float output) {
    float[] values = {output};
    normalizer.denormalize(lag, values, values);
    return values[0];
  }

  private float target(float value) {
    float[] targets = new float[1];
    normalizer.normalize(new float[] {value}, targets);
    return targets[0];
  }
}
