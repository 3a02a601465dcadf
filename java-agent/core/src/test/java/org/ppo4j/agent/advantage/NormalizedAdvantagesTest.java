package org.ppo4j.agent.advantage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.rollout.Rollout;

class NormalizedAdvantagesTest {
  /** gamma 0: advantages are r - V = 1, 3, 5, 7, their mean is 4, their variance 20 / 3. */
  @Test
  void advantagesGetMeanZeroAndDeviationOneAndReturnsStay() {
    Rollout rollout = new Rollout(4, 1, 1, 1);
    for (int t = 0; t < 4; t++) {
      rollout.rewards[t] = 2 + 2 * t;
      rollout.values[t] = 1;
    }
    new NormalizedAdvantages(new GeneralizedAdvantage(new AdvantageConfig(0, 0.95, true, true)))
        .estimate(rollout);

    double deviation = Math.sqrt(20 / 3.0);
    for (int t = 0; t < 4; t++) {
      assertThat((double) rollout.advantages[t]).isCloseTo((2 * t - 3) / deviation, within(1e-6));
      assertThat(rollout.returns[t]).isEqualTo(2 + 2 * t);
    }
  }
}
