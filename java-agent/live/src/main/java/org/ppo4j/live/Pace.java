package org.ppo4j.live;

import java.util.ArrayDeque;
import java.util.Deque;

/** The steps per second of the last {@value #SECONDS} seconds, or of the last update if longer. */
final class Pace {
  private static final double SECONDS = 2;

  private record Mark(double seconds, long step) {}

  private final Deque<Mark> marks = new ArrayDeque<>();

  /** Records the present step, and returns the speed; NaN at the first call. */
  double at(double seconds, long step) {
    while (marks.size() > 1 && seconds - marks.getFirst().seconds > SECONDS) {
      marks.removeFirst();
    }
    marks.addLast(new Mark(seconds, step));
    Mark first = marks.getFirst();
    return seconds > first.seconds ? (step - first.step) / (seconds - first.seconds) : Double.NaN;
  }
}
