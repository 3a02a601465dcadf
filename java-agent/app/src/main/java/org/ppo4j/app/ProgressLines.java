package org.ppo4j.app;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows progress as lines, for logs: one at every twentieth of the training, and one every five
 * seconds if that takes longer.
 */
final class ProgressLines implements Progress {
  private static final double INTERVAL_SECONDS = 5;
  private static final int PARTS = 20;

  private final PrintStream err;
  private final long totalSteps;
  private final LongSupplier nanoTime;
  private final Pace pace;
  private long shownAt;
  private long shownPart;
  private String actors = "";

  /**
   * @param firstStep the step that the training starts or resumes from
   * @param nanoTime the clock, as {@link System#nanoTime}
   */
  ProgressLines(PrintStream err, long firstStep, long totalSteps, LongSupplier nanoTime) {
    this.err = err;
    this.totalSteps = totalSteps;
    this.nanoTime = nanoTime;
    pace = new Pace(firstStep, nanoTime);
    shownAt = nanoTime.getAsLong();
    shownPart = firstStep * PARTS / totalSteps;
  }

  @Override
  public void endUpdate(long globalStep) {
    pace.endUpdate(globalStep);
  }

  @Override
  public void show(long globalStep, double meanReturn) {
    long now = nanoTime.getAsLong();
    long part = globalStep * PARTS / totalSteps;
    if (part == shownPart && (now - shownAt) * 1e-9 < INTERVAL_SECONDS) {
      return;
    }
    shownAt = now;
    shownPart = part;
    double sps = pace.stepsPerSecond(globalStep);
    err.println(
        String.format(
            Locale.ROOT,
            "%,d of %,d steps (%d%%), %,.0f steps/s, mean return %s, %s remaining%s",
            globalStep,
            totalSteps,
            globalStep * 100 / totalSteps,
            sps,
            Double.isNaN(meanReturn)
                ? "unknown, as no episode has ended"
                : "%.1f".formatted(meanReturn),
            Durations.text((totalSteps - globalStep) / sps),
            actors.isEmpty() ? "" : "; " + actors));
    err.flush();
  }

  @Override
  public void actors(String text) {
    actors = text;
  }

  @Override
  public void print(String line) {
    err.println(line);
    err.flush();
  }

  @Override
  public void close() {}
}
