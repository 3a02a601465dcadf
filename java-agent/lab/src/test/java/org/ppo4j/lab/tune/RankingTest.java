package org.ppo4j.lab.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankingTest {
  /** {@code numpy.mean(x) - numpy.std(x, ddof=1)}, numpy 2.4.6. */
  @Test
  void isTheMeanMinusOneStandardDeviation() {
    assertThat(Ranking.figure(2900, 3520)).isCloseTo(2771.5937956643406, within(1e-9));
    assertThat(Ranking.figure(1, 2, 3, 6)).isCloseTo(0.8397531005307131, within(1e-9));
    assertThat(Ranking.figure(-5, -5, -5)).isEqualTo(-5);
  }

  @Test
  void isTheFigureOfOneSeed() {
    assertThat(Ranking.figure(7.25)).isEqualTo(7.25);
  }

  @Test
  void prefersTheReliableTrial() {
    assertThat(Ranking.figure(3000, 3100)).isGreaterThan(Ranking.figure(1000, 6000));
  }
}
