package org.ppo4j.agent.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.state.TrainingState;

class RecentReturnsTest {
  private final RecentReturns returns = new RecentReturns(100);

  @Test
  void meansTheLastHundred() {
    assertThat(returns.mean()).isNaN();
    for (int i = 1; i <= 250; i++) {
      returns.add(i);
    }
    assertThat(returns.mean()).isEqualTo(200.5); // the mean of 151 .. 250
    assertThat(returns.episodes()).isEqualTo(250);
  }

  @Test
  void reachAMeanWithAsManyEpisodesAsAreKept() {
    for (int i = 0; i < 99; i++) {
      returns.add(10);
    }
    assertThat(returns.reach(10)).isFalse();
    returns.add(10);
    assertThat(returns.reach(10)).isTrue();
    assertThat(returns.reach(10.1)).isFalse();
  }

  @Test
  void continueWhereTheyWereSaved() {
    for (int i = 1; i <= 150; i++) {
      returns.add(i);
    }
    TrainingState state = new TrainingState();
    returns.save(state);
    RecentReturns restored = new RecentReturns(100);
    restored.restore(state);
    returns.add(1000);
    restored.add(1000);
    assertThat(restored.mean()).isEqualTo(returns.mean());
    assertThat(restored.episodes()).isEqualTo(151);
  }
}
