package org.ppo4j.gymnasium;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long something may still take, for who looks again and again. Time in which nobody looked
 * does not count beyond a second: then this process itself was stopped, by Ctrl-Z for example.
 */
final class Deadline {
  private static final long LONGEST_LOOK = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private long left;
  private long last;

  Deadline() {
    this(System::nanoTime);
  }

  Deadline(LongSupplier clock) {
    this.clock = clock;
  }

  /** Allows {@code nanos} from now on. */
  void set(long nanos) {
    left = nanos;
    last = clock.getAsLong();
  }

  boolean isOver() {
    long now = clock.getAsLong();
    left -= Math.min(now - last, LONGEST_LOOK);
    last = now;
    return left < 0;
  }
}
