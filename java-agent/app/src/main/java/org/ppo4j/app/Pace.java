package org.ppo4j.app;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/**
 * The current speed of a training: over its last whole update, or over the last {@value
 * #WINDOW_SECONDS} seconds of updates if they are shorter, so that the JVM's warm-up does not count
 * for long. A part of an update is not measured, as a rollout alone is faster than it is with the
 * learning that follows.
 */
final class Pace {
  private static final double WINDOW_SECONDS = 2;

  private record Mark(long nanos, long step) {}

  private final LongSupplier nanoTime;

  /** The ends of updates, and the start before the first two of them. */
  private final Deque<Mark> marks = new ArrayDeque<>();

  /**
   * @param firstStep the current step of the training
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  Pace(long firstStep, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    endUpdate(firstStep);
  }

  /** Records the end of an update. */
  void endUpdate(long step) {
    long now = nanoTime.getAsLong();
    while (marks.size() > 1 && (now - marks.getFirst().nanos) * 1e-9 > WINDOW_SECONDS) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(now, step));
  }

  /**
   * Returns the steps per second; within the first update, those up to now.
   *
   * @param step the current step of the training
   */
  double stepsPerSecond(long step) {
    Mark first = marks.getFirst();
    Mark last = marks.size() > 1 ? marks.getLast() : new Mark(nanoTime.getAsLong(), step);
    return last.nanos == first.nanos
        ? 0
        : (last.step - first.step) / ((last.nanos - first.nanos) * 1e-9);
  }
}
