package org.ppo4j.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.Training;

/**
 * Ends a training at a time: after the iteration that it is in, or half a second later without that
 * iteration. Until it is closed.
 */
final class Deadline implements AutoCloseable {
  private static final Duration UNTIL_CANCELLED = Duration.ofMillis(500);

  private final @Nullable Thread thread;
  private volatile boolean passed;

  /**
   * @param limit the time from now; null for none
   */
  Deadline(Training training, @Nullable Duration limit) {
    thread =
        limit == null
            ? null
            : Thread.ofPlatform().daemon().name("deadline").start(() -> end(training, limit));
  }

  /** Returns whether it has ended the training. */
  boolean hasPassed() {
    return passed;
  }

  @Override
  public void close() {
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void end(Training training, Duration limit) {
    try {
      Thread.sleep(limit);
      passed = true;
      training.stop();
      Thread.sleep(UNTIL_CANCELLED);
      training.cancel();
    } catch (InterruptedException e) {
      // closed: the training has ended
    }
  }
}
