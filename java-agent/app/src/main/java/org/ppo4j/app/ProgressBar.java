package org.ppo4j.app;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressState;

/** Shows progress as one line of a terminal, which is overwritten. */
final class ProgressBar implements Progress {
  private static final double SILENCE_SECONDS = 5;

  private final PrintStream err;
  private final int columns;
  private final me.tongfei.progressbar.ProgressBar bar;
  private final Pace pace;
  private volatile double stepsPerSecond; // read by the bar's thread, as the next one
  private volatile double meanReturn = Double.NaN;
  private volatile long shown = System.nanoTime();
  private volatile String actors = "";

  ProgressBar(PrintStream err, int columns, long firstStep, long totalSteps) {
    this.err = err;
    this.columns = columns;
    pace = new Pace(firstStep, System::nanoTime);
    bar =
        new ProgressBarBuilder()
            .setTaskName("Training")
            .setInitialMax(totalSteps)
            .startsFrom(firstStep, Duration.ZERO)
            .setRenderer(this::line)
            .setUpdateIntervalMillis(250)
            .setConsumer(new ConsoleProgressBarConsumer(err, columns - 1))
            .build();
  }

  @Override
  public void endUpdate(long globalStep) {
    pace.endUpdate(globalStep);
  }

  @Override
  public void show(long globalStep, double meanReturn) {
    stepsPerSecond = pace.stepsPerSecond(globalStep);
    this.meanReturn = meanReturn;
    shown = System.nanoTime();
    bar.stepTo(globalStep);
  }

  @Override
  public void actors(String text) {
    actors = text;
  }

  private String line(ProgressState state, int maxLength) {
    String after = actors.isEmpty() ? "" : ", " + actors;
    int width = Math.max(0, maxLength - after.length());
    String line = line(state.getCurrent(), state.getMax(), stepsPerSecond, meanReturn, width);
    line = withSilence(line, (System.nanoTime() - shown) * 1e-9) + after;
    return line.substring(0, Math.min(line.length(), Math.max(0, maxLength)));
  }

  /**
   * Returns the line with the time since the last news at its start, where it would otherwise look
   * as if the training hung: steps are known at the ends of episodes and rollouts only.
   *
   * @param seconds the time since then
   */
  static String withSilence(String line, double seconds) {
    if (seconds < SILENCE_SECONDS) {
      return line;
    }
    String text = " collecting, %s ".formatted(Durations.text(seconds));
    int bar = line.indexOf('[') + 1;
    return bar == 0 || line.indexOf(']') - bar < text.length()
        ? line
        : line.substring(0, bar) + text + line.substring(bar + text.length());
  }

  /**
   * Returns the bar with percentage, speed, mean return and remaining time; the bar takes the space
   * that these leave.
   *
   * @param meanReturn NaN if no episode has ended
   * @param maxLength the length of the line
   */
  static String line(
      long step, long steps, double stepsPerSecond, double meanReturn, int maxLength) {
    String percentage = "%3d%% ".formatted(step * 100 / Math.max(1, steps));
    String speed = String.format(Locale.ROOT, " %,.0f steps/s", stepsPerSecond);
    String mean =
        Double.isNaN(meanReturn)
            ? ", no episode yet"
            : String.format(Locale.ROOT, ", return %.1f", meanReturn);
    String left =
        stepsPerSecond > 0
            ? ", %s left".formatted(Durations.text((steps - step) / stepsPerSecond))
            : "";
    String facts = speed + mean + left;
    int cells = maxLength - percentage.length() - facts.length() - 2;
    if (cells < 1) {
      String line = percentage + facts.strip();
      return line.substring(0, Math.min(line.length(), Math.max(0, maxLength)));
    }
    int done = (int) (cells * Math.min(step, steps) / Math.max(1, steps));
    return percentage + "[" + "=".repeat(done) + " ".repeat(cells - done) + "]" + facts;
  }

  /** Overwrites the bar, which is drawn again below the line. */
  @Override
  public void print(String line) {
    err.print(
        "\r" + Terminal.marked(line) + " ".repeat(Math.max(0, columns - 1 - line.length())) + "\n");
    bar.refresh();
  }

  @Override
  public void close() {
    bar.close();
  }
}
