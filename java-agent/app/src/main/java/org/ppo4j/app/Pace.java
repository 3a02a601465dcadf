package org.ppo4j.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The current speed of a training: over its latest updates, or over the last {@value
 * #WINDOW_SECONDS} seconds if updates are short, so that the JVM's warm-up does not count for long.
 */
final class Pace {
  private static final double WINDOW_SECONDS = 2;

  private record Mark(long nanos, long step) {}

  private final LongSupplier nanoTime;
  private final Deque<Mark> marks = new ArrayDeque<>();

  /**
   * @param firstStep the current step of the training
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  Pace(long firstStep, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    mark(firstStep);
  }

  /** Records the current step. */
  void mark(long step) {
    long now = nanoTime.getAsLong();
    while (marks.size() > 1 && (now - marks.getFirst().nanos) * 1e-9 > WINDOW_SECONDS) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(now, step));
  }

  /** Returns the steps per second; 0 before the second mark. */
  double stepsPerSecond() {
    Mark first = marks.getFirst();
    Mark last = marks.getLast();
    return last.nanos == first.nanos
        ? 0
        : (last.step - first.step) / ((last.nanos - first.nanos) * 1e-9);
  }
}
