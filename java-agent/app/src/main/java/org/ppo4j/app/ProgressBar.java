package org.ppo4j.app;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows progress as one line of a terminal, which is overwritten. */
final class ProgressBar implements Progress {
  private final PrintStream err;
  private final int columns;
  private final me.tongfei.progressbar.ProgressBar bar;
  private final Pace pace;
  private volatile double stepsPerSecond; // read by the bar's thread

  ProgressBar(PrintStream err, int columns, long firstStep, long totalSteps) {
    this.err = err;
    this.columns = columns;
    pace = new Pace(firstStep, System::nanoTime);
    bar =
        new ProgressBarBuilder()
            .setTaskName("Training")
            .setInitialMax(totalSteps)
            .startsFrom(firstStep, Duration.ZERO)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(250)
            .setConsumer(new ConsoleProgressBarConsumer(err, columns - 1))
            .showSpeed(
                new DecimalFormat("#,##0 'steps'", DecimalFormatSymbols.getInstance(Locale.ROOT)))
            .setEtaFunction(state -> left(state.getMax() - state.getCurrent()))
            .build();
  }

  @Override
  public void show(long globalStep, double meanReturn) {
    pace.mark(globalStep);
    stepsPerSecond = pace.stepsPerSecond();
    bar.stepTo(globalStep);
    bar.setExtraMessage(
        Double.isNaN(meanReturn)
            ? " no episode has ended"
            : " mean return %.1f".formatted(meanReturn));
  }

  private Optional<Duration> left(long steps) {
    return stepsPerSecond > 0
        ? Optional.of(Duration.ofSeconds(Math.round(steps / stepsPerSecond)))
        : Optional.empty();
  }

  /** Overwrites the bar, which is drawn again below the line. */
  @Override
  public void print(String line) {
    err.print("\r" + line + " ".repeat(Math.max(0, columns - 1 - line.length())) + "\n");
    bar.refresh();
  }

  @Override
  public void close() {
    bar.close();
  }
}
