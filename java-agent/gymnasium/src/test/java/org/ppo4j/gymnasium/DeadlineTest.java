package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private long seconds = 100;
  private final Deadline deadline = new Deadline(() -> TimeUnit.SECONDS.toNanos(seconds));

  @Test
  void itIsOverAfterTheAllowedTime() {
    deadline.set(TimeUnit.SECONDS.toNanos(3));

    assertThat(overAfter(1)).isFalse();
    assertThat(overAfter(1)).isFalse();
    assertThat(overAfter(1)).isFalse();
    assertThat(overAfter(1)).isTrue();
  }

  @Test
  void aLongGapCountsAsOneSecond() {
    deadline.set(TimeUnit.SECONDS.toNanos(3));

    assertThat(overAfter(3600)).isFalse();
    assertThat(overAfter(1)).isFalse();
  }

  @Test
  void itCanBeSetAgain() {
    deadline.set(0);
    assertThat(overAfter(1)).isTrue();

    deadline.set(TimeUnit.SECONDS.toNanos(2));

    assertThat(overAfter(1)).isFalse();
  }

  private boolean overAfter(int more) {
    seconds += more;
    return deadline.isOver();
  }
}
