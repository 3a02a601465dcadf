package org.ppo4j.app;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.Metrics;

/** Shows the progress of a training, as a bar in a terminal and as lines elsewhere. */
final class ProgressListener implements TrainingListener {
  private static final long BETWEEN_EPISODES = 1_000_000_000;

  private final PrintStream err;
  private final int columns;
  private long shown = System.nanoTime(); // when an episode was shown
  private @Nullable RunningTraining training;
  private @Nullable Progress progress;

  /**
   * @param columns the width of the terminal that {@code err} goes to; 0 if it does not go to a
   *     terminal
   */
  ProgressListener(PrintStream err, int columns) {
    this.err = err;
    this.columns = columns;
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    progress = Progress.to(err, columns, started.globalStep(), started.totalSteps());
  }

  /** Shows progress within a rollout, which may take minutes. */
  @Override
  public void episode(Episode episode) {
    long now = System.nanoTime();
    if (training != null && progress != null && now - shown > BETWEEN_EPISODES) {
      shown = now;
      progress.show(episode.globalStep(), training.returns().mean());
    }
  }

  @Override
  public void iteration(Iteration iteration) {
    if (training != null && progress != null) {
      progress.actors(actors(iteration.metrics()));
      progress.endUpdate(iteration.globalStep());
      progress.show(iteration.globalStep(), training.returns().mean());
    }
  }

  /** Describes the actors of an iteration; empty if this process has collected it. */
  private static String actors(Metrics metrics) {
    if (!metrics.has("charts/actor_nodes")) {
      return "";
    }
    String lag = metrics.has("charts/lag") ? ", lag %.0f".formatted(metrics.get("charts/lag")) : "";
    return String.format(
        Locale.ROOT,
        "%.0f actors on %.0f nodes%s, %.2f MB",
        metrics.get("charts/actors"),
        metrics.get("charts/actor_nodes"),
        lag,
        metrics.get("charts/actor_megabytes"));
  }

  @Override
  public void hinted(Hint hint) {
    print("Hint: " + OptionNames.text(hint));
  }

  /** Prints a line, which stays. */
  void print(String line) {
    if (progress == null) {
      err.println(Terminal.marked(line));
    } else {
      progress.print(line);
    }
  }

  @Override
  public void finished(Finished finished) {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
