package org.ppo4j.lab.tune;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTest {
  @Test
  void isTheMeanOfTheWorseHalf() {
    assertThat(Ranking.figure(3520, 2900)).isEqualTo(2900);
    assertThat(Ranking.figure(7, 1, 3)).isEqualTo(2);
    assertThat(Ranking.figure(6, 1, 3, 2)).isEqualTo(1.5);
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

  /** Two trials of a search on Humanoid-v5. */
  @Test
  void prefersTheTrialWithTheBetterSeeds() {
    assertThat(Ranking.figure(4672.7, 991.6)).isGreaterThan(Ranking.figure(667.6, 624.1));
  }
}
