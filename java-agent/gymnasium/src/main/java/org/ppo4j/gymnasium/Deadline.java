package org.ppo4j.gymnasium;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A deadline for a polling loop. A gap of more than a second between two polls counts as one
 * second, because then this process itself was suspended, by Ctrl-Z for example.
 */
final class Deadline {
  private static final long LONGEST_GAP = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private long remaining;
  private long lastPoll;

  Deadline() {
    this(System::nanoTime);
  }

  /** Creates a deadline that reads the nanoseconds of {@code clock}. */
  Deadline(LongSupplier clock) {
    this.clock = clock;
  }

  /** Allows {@code nanos} from now on. */
  void set(long nanos) {
    remaining = nanos;
    lastPoll = clock.getAsLong();
  }

  /** Returns whether the allowed time has passed. */
  boolean isOver() {
    long now = clock.getAsLong();
    remaining -= Math.min(now - lastPoll, LONGEST_GAP);
    lastPoll = now;
    return remaining < 0;
  }
}
