package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300) // a hang and not a slow machine
class TwoThreadsTest {
  private long mine;
  private long theirs;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void doesBothPiecesEveryTime(int threads) {
    try (TwoThreads duo = TwoThreads.of(threads)) {
      for (int i = 1; i <= 20_000; i++) {
        duo.both(() -> mine += 1, () -> theirs += 2);
        assertThat(mine).isEqualTo(i);
        assertThat(theirs).isEqualTo(2L * i);
      }
    }
  }

  @Test
  void usesAnotherThreadIfThereAreTwo() {
    CompletableFuture<Thread> other = new CompletableFuture<>();
    try (TwoThreads duo = TwoThreads.of(2)) {
      duo.both(other::join, () -> other.complete(Thread.currentThread()));
    }
    assertThat(other.join()).isNotSameAs(Thread.currentThread());
  }

  /** A second thread that never comes is one that comes too late. */
  @Test
  void doesItselfWhatTheOtherThreadHasNotBegun() {
    List<Thread> seen = new ArrayList<>();
    try (TwoThreads duo = new TwoThreads(serve -> new Thread(() -> {}))) {
      for (int i = 0; i < 3; i++) {
        duo.both(() -> mine++, () -> seen.add(Thread.currentThread()));
      }
    }
    assertThat(mine).isEqualTo(3);
    Thread caller = Thread.currentThread();
    assertThat(seen).containsExactly(caller, caller, caller);
  }

  @Test
  void wakesUpAfterAPause() throws InterruptedException {
    try (TwoThreads duo = TwoThreads.of(2)) {
      for (int i = 1; i <= 50; i++) {
        Thread.sleep(i % 5); // longer than it spins, sometimes
        duo.both(() -> {}, () -> theirs++);
        assertThat(theirs).isEqualTo(i);
      }
    }
  }

  @Test
  void passesOnAFailureOfTheOtherThreadAndContinues() {
    try (TwoThreads duo = TwoThreads.of(2)) {
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
    CompletableFuture<Thread> other = new CompletableFuture<>();
    TwoThreads duo = TwoThreads.of(2);
    duo.both(other::join, () -> other.complete(Thread.currentThread()));
    duo.close();
    assertThat(other.join().join(Duration.ofSeconds(10))).isTrue();
  }
}
