package org.ppo4j.agent.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/** Episodes worked by hand, with gamma 0.5. */
class MonteCarloReturnsTest {
  private static final double TOLERANCE = 1e-6;

  private final MonteCarloReturns bootstrapping = estimator(true);

  private static MonteCarloReturns estimator(boolean bootstrapTruncated) {
    return new MonteCarloReturns(
        PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
            .with(c -> c.gamma(0.5).bootstrapTruncated(bootstrapTruncated))
            .advantage());
  }

  private static Rollout rollout(double... rewards) {
    Rollout rollout = new Rollout(rewards.length, 1, 1, 1);
    for (int t = 0; t < rewards.length; t++) {
      rollout.rewards[t] = (float) rewards[t];
    }
    return rollout;
  }

  private static void assertReturns(Rollout rollout, double... expected) {
    for (int t = 0; t < expected.length; t++) {
      assertThat((double) rollout.returns[t]).as("return %d", t).isCloseTo(expected[t], eps());
      assertThat((double) rollout.advantages[t])
          .as("advantage %d", t)
          .isCloseTo(expected[t] - rollout.values[t], eps());
    }
  }

  private static Offset<Double> eps() {
    return within(TOLERANCE);
  }

  /**
   * Two episodes, of rewards 1 2 and 4: G = 1 + 0.5 * 2 = 2, 2, 4. The mean is 8 / 3, the sample
   * deviation sqrt((4/9 + 4/9 + 16/9) / 2) = sqrt(4/3): R = -0.57735, -0.57735, 1.15470.
   */
  @Test
  void terminationHasNoFuture() {
    Rollout rollout = rollout(1, 2, 4);
    rollout.terminated[1] = true;
    rollout.terminated[2] = true;
    rollout.finalValues[1] = 1e9f;
    rollout.lastValues[0] = 1e9f;
    rollout.values[0] = 0.5f;
    rollout.values[2] = -1;
    bootstrapping.estimate(rollout);
    assertReturns(rollout, -0.5773503, -0.5773503, 1.1547005);
    assertThat((double) rollout.advantages[0]).isCloseTo(-1.0773503, eps());
  }

  /**
   * The value of the lost step, 3, is 3 * 1 + 4 = 7 in units of rewards: G = 2 + 0.5 * 7 = 5.5, 7,
   * 4. The mean is 5.5, the deviation 1.5.
   */
  @Test
  void anInterruptedStepHasItsValueInUnitsOfRewards() {
    Rollout before = rollout(3, 4, 5);
    Arrays.fill(before.terminated, true);
    bootstrapping.estimate(before);
    Rollout rollout = rollout(2, 99, 4);
    rollout.terminated[2] = true;
    rollout.values[1] = 3;
    rollout.interrupted.set(1);
    rollout.bootstrapInterrupted();
    bootstrapping.estimate(rollout);
    assertReturns(rollout, 0, 1, -1);
  }

  /** Before the first batch, values count as they are: G = 1 + 0.5 * 4 = 3, 2 + 0.5 * 4 = 4, 5. */
  @Test
  void truncationBootstrapsFromTheFinalObservation() {
    Rollout rollout = rollout(1, 2, 5);
    rollout.truncated[1] = true;
    rollout.finalValues[1] = 4;
    rollout.terminated[2] = true;
    bootstrapping.estimate(rollout);
    assertReturns(rollout, -1, 0, 1); // mean 4, deviation 1
  }

  /** G = 1 + 0.5 * 2 = 2, 2, 5: mean 3, deviation sqrt(3). */
  @Test
  void truncationCountsAsTerminationWithoutBootstrap() {
    Rollout rollout = rollout(1, 2, 5);
    rollout.truncated[1] = true;
    rollout.finalValues[1] = 4;
    rollout.terminated[2] = true;
    estimator(false).estimate(rollout);
    assertReturns(rollout, -0.5773503, -0.5773503, 1.1547005);
  }

  @Test
  void terminationWinsOverTruncation() {
    Rollout rollout = rollout(1, 2, 5);
    rollout.truncated[1] = true;
    rollout.terminated[1] = true;
    rollout.finalValues[1] = 4;
    rollout.terminated[2] = true;
    bootstrapping.estimate(rollout);
    assertReturns(rollout, -0.5773503, -0.5773503, 1.1547005);
  }

  /** G_2 = 3 + 0.5 * 2 = 4, G_1 = 1 + 0.5 * 4 = 3, G_0 = 0.5 + 0.5 * 3 = 2. */
  @Test
  void aCutEpisodeContinuesWithTheLastValue() {
    Rollout rollout = rollout(0.5, 1, 3);
    rollout.lastValues[0] = 2;
    bootstrapping.estimate(rollout);
    assertReturns(rollout, -1, 0, 1);
  }

  /**
   * The critic has learnt normalised returns of mean 4 and deviation 1, so its value 2 means 2 * 1
   * + 4 = 6 in rewards: G_2 = 3 + 0.5 * 6 = 6, G_1 = 1 + 0.5 * 6 = 4, G_0 = 0 + 0.5 * 4 = 2.
   */
  @Test
  void laterValuesAreInUnitsOfThePreviousBatch() {
    Rollout first = rollout(3, 4, 5);
    first.terminated[0] = true;
    first.terminated[1] = true;
    first.terminated[2] = true;
    bootstrapping.estimate(first);
    assertReturns(first, -1, 0, 1);

    Rollout second = rollout(0, 1, 3);
    second.lastValues[0] = 2;
    bootstrapping.estimate(second);
    assertReturns(second, -1, 0, 1); // mean 4, deviation 2
    Rollout third = rollout(0, 0, 1);
    third.truncated[2] = true;
    third.finalValues[2] = 1; // 1 * 2 + 4 = 6: G = 1, 2, 4, mean 7 / 3, deviation sqrt(7 / 3)
    bootstrapping.estimate(third);
    assertReturns(third, -0.8728716, -0.2182179, 1.0910895);
  }

  /** G = 1, 2 and 3, 4 of two environments: mean 2.5, deviation sqrt(5 / 3) over all four. */
  @Test
  void environmentsDoNotMixButAreNormalisedTogether() {
    Rollout pair = new Rollout(2, 2, 1, 1);
    for (int i = 0; i < 4; i++) {
      pair.rewards[i] = i + 1;
      pair.terminated[i] = true;
    }
    bootstrapping.estimate(pair);
    assertReturns(pair, -1.1618950, -0.3872983, 0.3872983, 1.1618950);
  }

  /** Equal returns have deviation 0; 1e-8 keeps the quotient finite. */
  @Test
  void equalReturnsAreZero() {
    Rollout rollout = rollout(7, 7);
    rollout.terminated[0] = true;
    rollout.terminated[1] = true;
    bootstrapping.estimate(rollout);
    assertReturns(rollout, 0, 0);
  }

  @Test
  void aRestoredEstimatorContinues() {
    Rollout first = rollout(3, 4, 6);
    first.lastValues[0] = 1;
    bootstrapping.estimate(first);
    TrainingState state = new TrainingState();
    bootstrapping.save(state);
    MonteCarloReturns restored = estimator(true);
    restored.restore(state);

    Rollout expected = rollout(1, 0, 2);
    expected.lastValues[0] = 1;
    bootstrapping.estimate(expected);
    Rollout actual = rollout(1, 0, 2);
    actual.lastValues[0] = 1;
    restored.estimate(actual);
    assertThat(actual.returns).isEqualTo(expected.returns);
    Rollout fresh = rollout(1, 0, 2);
    fresh.lastValues[0] = 1;
    estimator(true).estimate(fresh);
    assertThat(fresh.returns).isNotEqualTo(expected.returns);
  }
}
