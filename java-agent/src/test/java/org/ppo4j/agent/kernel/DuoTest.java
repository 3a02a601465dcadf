package org.ppo4j.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class DuoTest {
  private long mine;
  private long theirs;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void doesBothPiecesEveryTime(int threads) {
    try (Duo duo = Duo.of(threads)) {
      for (int i = 1; i <= 20_000; i++) {
        duo.both(() -> mine += 1, () -> theirs += 2);
        assertThat(mine).isEqualTo(i);
        assertThat(theirs).isEqualTo(2L * i);
      }
    }
  }

  @Test
  void usesAnotherThreadIfThereAreTwo() {
    Thread[] seen = new Thread[2];
    try (Duo duo = Duo.of(2)) {
      duo.both(() -> seen[0] = Thread.currentThread(), () -> seen[1] = Thread.currentThread());
    }
    assertThat(seen[0]).isSameAs(Thread.currentThread());
    assertThat(seen[1]).isNotSameAs(seen[0]);
  }

  @Test
  void wakesUpAfterAPause() throws InterruptedException {
    try (Duo duo = Duo.of(2)) {
      for (int i = 1; i <= 50; i++) {
        Thread.sleep(i % 5); // longer than it spins, sometimes
        duo.both(() -> {}, () -> theirs++);
        assertThat(theirs).isEqualTo(i);
      }
    }
  }

  @Test
  void passesOnAFailureOfTheOtherThreadAndGoesOn() {
    try (Duo duo = Duo.of(2)) {
      Runnable fails =
          () -> {
            throw new IllegalArgumentException("no");
          };
      assertThatThrownBy(() -> duo.both(() -> mine++, fails)).hasMessageContaining("no");
      duo.both(() -> mine++, () -> theirs++);
    }
    assertThat(mine).isEqualTo(2);
    assertThat(theirs).isEqualTo(1);
  }

  @Test
  void closingEndsItsThread() throws InterruptedException {
    Thread[] seen = new Thread[1];
    Duo duo = Duo.of(2);
    duo.both(() -> {}, () -> seen[0] = Thread.currentThread());
    duo.close();
    assertThat(seen[0].join(Duration.ofSeconds(10))).isTrue();
  }
}
