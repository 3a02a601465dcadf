package org.ppo4j.app;

import java.io.PrintStream;

/** Shows how far a training is. */
interface Progress extends AutoCloseable {

  /**
   * Tells the state of the training.
   *
   * @param globalStep environment steps taken so far
   * @param meanReturn the mean return of the last 100 episodes; NaN if none finished
   */
  void show(long globalStep, double meanReturn);

  @Override
  void close();

  /** Returns a bar where standard error is a terminal of that width, else lines. */
  static Progress to(PrintStream err, int terminalColumns, long firstStep, long totalSteps) {
    return terminalColumns > 0
        ? new ProgressBar(err, terminalColumns, firstStep, totalSteps)
        : new ProgressLines(err, firstStep, totalSteps, System::nanoTime);
  }
}
