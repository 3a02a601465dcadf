package org.ppo4j.agent.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.metrics.Episode;

/**
 * Writes a training's curves for TensorBoard to a folder: returns, losses, speed and evaluations,
 * with CleanRL's names, and its hyperparameters. The file is flushed after an iteration, at most
 * once a second. While it cannot be written, events wait in memory, with a warning in the log.
 * {@link RunRecorder} writes the same curves, among other files.
 */
public final class TensorBoardCurves implements TrainingListener {
  private static final Duration FLUSH_INTERVAL = Duration.ofSeconds(1);

  private final Path folder;
  private final InstantSource clock = InstantSource.system();
  private long start; // as System.nanoTime, like the next one
  private long flushed;
  private long firstStep;
  private @Nullable Curves curves;

  /**
   * Writes to {@code folder}.
   *
   * @param folder made when the training starts, if it does not exist. A continued training
   *     continues the event file in it; a new one replaces it
   */
  public TensorBoardCurves(Path folder) {
    this.folder = folder;
  }

  @Override
  public void started(RunningTraining training) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make the folder " + folder, e);
    }
    start = System.nanoTime();
    flushed = start;
    firstStep = training.globalStep();
    curves =
        Curves.open(
            folder,
            clock.instant(),
            firstStep,
            training.config(),
            new WriteTrouble(WriteTrouble.log(), RunRecorder.WAITS));
  }

  @Override
  public void episode(Episode episode) {
    curves().episode(clock.instant(), episode);
  }

  @Override
  public void iteration(Iteration iteration) {
    long now = System.nanoTime();
    double seconds = (now - start) * 1e-9;
    curves().iteration(clock.instant(), iteration, (iteration.globalStep() - firstStep) / seconds);
    if (now - flushed >= FLUSH_INTERVAL.toNanos()) {
      flushed = now;
      curves().flush();
    }
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    curves().evaluated(clock.instant(), evaluation);
  }

  @Override
  public void finished(Finished finished) {
    if (curves != null) {
      curves.close();
      curves = null;
    }
  }

  private Curves curves() {
    if (curves == null) {
      throw new IllegalStateException("the training has not started");
    }
    return curves;
  }
}
