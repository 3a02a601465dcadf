package org.ppo4j.agent.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.rollout.Rollout;

/** Without a future, the return of a step is its reward, and its advantage that less the value. */
class NormalizedTargetsTest {
  private final Rollout rollout = Rollout.builder(1, 2, 1, 1).normalizesTargets(true).build();
  private final NormalizedTargets estimator =
      new NormalizedTargets(
          new GeneralizedAdvantage(new AdvantageConfig(0, 0, true, false)), new ValueNormalizer());

  /** The mean of 10 and 18 is 14, their deviation 4. */
  @Test
  void theFirstTargetsAreInTheUnitsOfTheFirstReturns() {
    estimate(0, 10, 18, 2, -1);

    requireClose(rollout.criticOutputs, 2, -1);
    requireClose(rollout.values, 2, -1);
    requireClose(rollout.advantages, 8, 19);
    requireClose(rollout.returns, 10, 18);
    requireClose(rollout.targets, -1, 1);
  }

  /** Outputs of 2 and -1 are 22 and 10 then, or still 2 and -1 by a critic that is behind. */
  @Test
  void valuesAreInTheUnitsOfTheCriticThatGaveThem() {
    estimate(0, 10, 18, 0, 0);
    estimate(0, 10, 18, 2, -1);
    requireClose(rollout.values, 22, 10);
    requireClose(rollout.lastValues, 22, 10);
    requireClose(rollout.finalValues, 22, 10);
    requireClose(rollout.advantages, -12, 8);
    requireClose(rollout.criticOutputs, 2, -1);

    NormalizedTargetsTest behind = new NormalizedTargetsTest();
    behind.estimate(0, 10, 18, 0, 0);
    behind.estimate(1, 10, 18, 2, -1);
    requireClose(behind.rollout.values, 2, -1);
    requireClose(behind.rollout.lastValues, 2, -1);
    requireClose(behind.rollout.finalValues, 2, -1);
  }

  /** The second step is not known. */
  @Test
  void anInterruptedStepTeachesNothingInTheNewUnits() {
    estimate(0, 10, 18, 0, 0);
    rollout.interrupted.set(1);
    estimate(0, 10, -1, 2, -1); // its reward is the critic's output, as the collector leaves it

    requireClose(rollout.values, 22, 10);
    requireClose(rollout.returns, 10, 10);
    requireClose(rollout.advantages, -12, 0);
  }

  /** In the middle of an update the outputs are those of a critic that learns the new units. */
  @Test
  void theUnitsStayInAnUpdate() {
    estimate(1, 10, 18, 0, 0);
    set(10, 22, 2, -1);
    estimator.reestimate(rollout);

    requireClose(rollout.values, 22, 10);
    requireClose(rollout.advantages, -12, 12);
    requireClose(rollout.targets, -1, 2);
  }

  private void estimate(int lag, float... numbers) {
    rollout.lag = lag;
    set(numbers);
    estimator.estimate(rollout);
  }

  /** Sets two rewards, and two outputs of the critic as all values. */
  private void set(float... numbers) {
    for (int i = 0; i < 2; i++) {
      rollout.rewards[i] = numbers[i];
      rollout.values[i] = numbers[2 + i];
      rollout.lastValues[i] = numbers[2 + i];
      rollout.finalValues[i] = numbers[2 + i];
    }
  }

  /** The statistics start with a weight of 1e-4. */
  private static void requireClose(float[] actual, float... expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(5e-3f));
    }
  }
}
