package org.ppo4j.app;

import java.io.PrintStream;

/** Shows the progress of a training. */
interface Progress extends AutoCloseable {

  /**
   * Shows the state of the training.
   *
   * @param globalStep environment steps taken so far
   * @param meanReturn the mean return of the last 100 episodes; NaN if none finished
   */
  void show(long globalStep, double meanReturn);

  /** Records that an update has ended at this step: the speed shown is that of whole updates. */
  void endUpdate(long globalStep);

  /** Sets what is shown of the actors; empty for nothing. */
  void actors(String text);

  /** Prints a line, which stays. */
  void print(String line);

  @Override
  void close();

  /**
   * Returns a bar if {@code terminalColumns}, the width of the terminal, is not 0; lines otherwise.
   */
  static Progress to(PrintStream err, int terminalColumns, long firstStep, long totalSteps) {
    return terminalColumns > 0
        ? new ProgressBar(err, terminalColumns, firstStep, totalSteps)
        : new ProgressLines(err, firstStep, totalSteps, System::nanoTime);
  }
}
