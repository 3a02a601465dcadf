package org.ppo4j.agent.run;

import java.io.UncheckedIOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.files.WriteTrouble;
import org.ppo4j.agent.state.TrainingState;

/**
 * Writes the checkpoints of a run folder: every {@code checkpointEvery} steps and before every
 * evaluation, if the training's {@linkplain org.ppo4j.agent.config.RunConfig#checkpointing
 * configuration} says so, when an evaluation is the best so far, and at the end, also if the
 * training fails.
 *
 * <p>If a checkpoint cannot be written, because the disk is full, for example, a warning says so,
 * the checkpoints that exist are kept, and the training continues. Each iteration that ends ten
 * seconds or more later tries again. Only the checkpoint at the end throws. A run folder that was
 * deleted or moved is made again for the next checkpoint, with a warning.
 */
public final class CheckpointFiles implements TrainingListener {
  private static final int RETRY_SECONDS = 10;

  /** The array of {@code best.zip} that holds the mean return of its evaluation. */
  private static final String MEAN_RETURN = "evaluation/mean_return";

  private final RunFolder folder;
  private final Runnable beforeWriting;
  private final Consumer<String> warnings;
  private final WriteTrouble trouble;
  private @Nullable RunningTraining training;
  private double best = Double.NEGATIVE_INFINITY;
  private long lastStep = -1;
  private long previousIterationStep;

  /** A best checkpoint that could not be written yet. */
  private @Nullable Checkpoint waitingBest;

  /** Whether a checkpoint could not be written, and when that was tried, as System.nanoTime. */
  private boolean isOverdue;

  private long tried;

  /** Writes to {@code folder}. */
  public CheckpointFiles(RunFolder folder) {
    this(folder, () -> {});
  }

  /**
   * Writes to {@code folder}.
   *
   * @param beforeWriting called before each checkpoint, such as {@link RunRecorder#force}
   */
  public CheckpointFiles(RunFolder folder, Runnable beforeWriting) {
    this(folder, beforeWriting, WriteTrouble.log());
  }

  /**
   * Writes to {@code folder}.
   *
   * @param beforeWriting called before each checkpoint, such as {@link RunRecorder#force}
   * @param warnings receives a sentence when checkpoints cannot be written, and when they can again
   */
  public CheckpointFiles(RunFolder folder, Runnable beforeWriting, Consumer<String> warnings) {
    this.folder = folder;
    this.beforeWriting = beforeWriting;
    this.warnings = warnings;
    trouble =
        new WriteTrouble(
            warnings,
            "the training continues and tries again every %d seconds".formatted(RETRY_SECONDS));
  }

  @Override
  public void started(RunningTraining started) {
    training = started;
    previousIterationStep = started.globalStep();
    best = bestSoFar();
  }

  @Override
  public void iteration(Iteration iteration) {
    if (training != null) {
      Checkpointing checkpointing = training.config().checkpointing();
      if (isDue(checkpointing.checkpointEvery(), iteration)
          || isDue(checkpointing.evalEvery(), iteration)
          || (isOverdue && System.nanoTime() - tried >= RETRY_SECONDS * 1_000_000_000L)) {
        tryAll(training);
      }
    }
    previousIterationStep = iteration.globalStep();
  }

  private boolean isDue(long every, Iteration iteration) {
    return Checkpointing.isDue(every, previousIterationStep, iteration.globalStep());
  }

  @Override
  public void evaluated(Evaluation evaluation) {
    double meanReturn = evaluation.result().meanReturn();
    if (training != null && meanReturn > best) {
      TrainingState evaluated = training.checkpoint().state().copy();
      evaluated.put(MEAN_RETURN, new double[] {meanReturn});
      waitingBest = training.checkpoint().withState(evaluated);
      best = meanReturn;
      tryAll(training);
    }
  }

  /**
   * Writes the last checkpoint.
   *
   * @throws UncheckedIOException if it cannot be written
   */
  @Override
  public void finished(Finished finished) {
    if (training == null) {
      return;
    }
    try {
      write(training);
    } catch (UncheckedIOException e) {
      if (finished.failure() != null) { // which is thrown instead of this one
        warnings.accept("Warning: " + e.getMessage());
      }
      throw e;
    }
  }

  private void tryAll(RunningTraining training) {
    try {
      write(training);
      isOverdue = false;
      trouble.recovered(folder.path());
    } catch (UncheckedIOException e) {
      isOverdue = true;
      tried = System.nanoTime();
      trouble.failed(folder.path(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Writes the checkpoint of this step, unless it was just written, and the best one if it waits,
   * and deletes the oldest ones.
   */
  private void write(RunningTraining training) {
    if (folder.makeAgain(training.config())) {
      lastStep = -1;
      trouble.say(
          "the run folder %s was deleted or moved; it is made again, for what comes from now on"
              .formatted(folder.path()));
    }
    long globalStep = training.globalStep();
    boolean isNew = globalStep != lastStep;
    if (!isNew && waitingBest == null) {
      return;
    }
    beforeWriting.run();
    if (isNew) {
      training.checkpoint().write(folder.checkpoint(globalStep));
      lastStep = globalStep;
    }
    if (waitingBest != null) {
      waitingBest.write(folder.bestCheckpoint());
      waitingBest = null;
    }
    Checkpointing checkpointing = training.config().checkpointing();
    if (isNew && checkpointing.keepCheckpoints() > 0) {
      folder.deleteCheckpointsBut(checkpointing.keepCheckpoints());
    }
  }

  private double bestSoFar() {
    try {
      return Checkpoint.read(folder.bestCheckpoint()).state().doubles(MEAN_RETURN)[0];
    } catch (CheckpointException | IllegalArgumentException e) {
      return Double.NEGATIVE_INFINITY; // there is none, or it is damaged
    }
  }
}
