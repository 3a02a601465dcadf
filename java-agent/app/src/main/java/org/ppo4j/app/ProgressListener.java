package org.ppo4j.app;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;

/** Shows the progress of a training, as a bar in a terminal and as lines elsewhere. */
final class ProgressListener implements TrainingListener {
  private final PrintStream err;
  private final int columns;
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

  @Override
  public void iteration(Iteration iteration) {
    if (training != null && progress != null) {
      progress.show(iteration.globalStep(), training.returns().mean());
    }
  }

  @Override
  public void hinted(Hint hint) {
    print("Hint: " + OptionNames.text(hint));
  }

  /** Prints a line, which stays. */
  void print(String line) {
    if (progress == null) {
      err.println(line);
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
