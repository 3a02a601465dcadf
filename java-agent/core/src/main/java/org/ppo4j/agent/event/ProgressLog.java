package org.ppo4j.agent.event;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reports the progress of a training as lines of text, at most once in an interval and at the end.
 */
public final class ProgressLog implements TrainingListener {
  private final long intervalNanos;
  private final Consumer<String> lines;
  private @Nullable RunningTraining training;
  private long start;
  private long firstStep;
  private long reportedAt;

  /**
   * Reports to {@code lines}, which can be {@code System.out::println} or a logger's method.
   *
   * @param interval the shortest time between two lines
   * @param lines receives each line, without its end
   */
  public ProgressLog(Duration interval, Consumer<String> lines) {
    intervalNanos = interval.toNanos();
    this.lines = lines;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    firstStep = started.globalStep();
    start = System.nanoTime();
    reportedAt = start;
  }

  @Override
  public void iteration(Iteration iteration) {
    long now = System.nanoTime();
    if (training != null && (training.isEnding() || now - reportedAt >= intervalNanos)) {
      reportedAt = now;
      long step = iteration.globalStep();
      double mean = training.returns().mean();
      lines.accept(
          String.format(
              Locale.ROOT,
              "%,d of %,d steps (%d%%), %,.0f steps/s, mean return %s",
              step,
              training.totalSteps(),
              step * 100 / training.totalSteps(),
              (step - firstStep) / ((now - start) * 1e-9),
              Double.isNaN(mean)
                  ? "unknown, as no episode has ended"
                  : String.format(Locale.ROOT, "%.1f", mean)));
    }
  }
}
