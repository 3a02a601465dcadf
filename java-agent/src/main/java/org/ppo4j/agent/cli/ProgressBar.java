package org.ppo4j.agent.cli;

import java.io.PrintStream;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress as one line of a terminal, written over again and again. */
final class ProgressBar implements Progress {
  private final me.tongfei.progressbar.ProgressBar bar;

  ProgressBar(PrintStream err, int columns, long firstStep, long totalSteps) {
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
            .build();
  }

  @Override
  public void show(long globalStep, double meanReturn) {
    bar.stepTo(globalStep);
    if (!Double.isNaN(meanReturn)) {
      bar.setExtraMessage(" mean return %.1f".formatted(meanReturn));
    }
  }

  @Override
  public void close() {
    bar.close();
  }
}
