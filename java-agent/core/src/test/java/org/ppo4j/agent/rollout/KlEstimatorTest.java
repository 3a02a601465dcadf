package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class KlEstimatorTest {
  /** x = log(pi / pi_ref) = log 2: k1 = log 2, k3 = 1/2 - 1 + log 2. */
  @Test
  void byHand() {
    assertThat(KlEstimator.K1.estimate(Math.log(2))).isEqualTo(Math.log(2));
    assertThat(KlEstimator.K3.estimate(Math.log(2))).isCloseTo(0.19314718055994531, within(1e-15));
    assertThat(KlEstimator.K3.estimate(0)).isZero();
    assertThat(KlEstimator.K3.estimate(-1)).isCloseTo(Math.E - 2, within(1e-15));
  }

  /** Both have the divergence as their mean: pi = (3/4, 1/4), pi_ref = (1/2, 1/2). */
  @Test
  void theirMeanIsTheDivergence() {
    double divergence = 0.75 * Math.log(1.5) + 0.25 * Math.log(0.5);
    for (KlEstimator each : KlEstimator.values()) {
      double mean = 0.75 * each.estimate(Math.log(1.5)) + 0.25 * each.estimate(Math.log(0.5));
      assertThat(mean).as(each.name()).isCloseTo(divergence, within(1e-15));
    }
  }
}
