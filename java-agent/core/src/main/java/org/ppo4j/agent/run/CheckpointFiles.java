package org.ppo4j.agent.run;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.state.TrainingState;

/**
 * Writes the checkpoints of a run folder: every {@code checkpointEvery} steps and before every
 * evaluation, if the training's {@linkplain org.ppo4j.agent.config.RunConfig#checkpointing
 * configuration} says so, when an evaluation is the best so far, and at the end, also if the
 * training fails.
 */
public final class CheckpointFiles implements TrainingListener {
  /** The array of {@code best.zip} that holds the mean return of its evaluation. */
  private static final String MEAN_RETURN = "evaluation/mean_return";

  private final RunFolder folder;
  private final Runnable beforeWriting;
  private @Nullable RunningTraining training;
  private double best = Double.NEGATIVE_INFINITY;
  private long lastStep = -1;
  private long previousIterationStep;

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
    this.folder = folder;
    this.beforeWriting = beforeWriting;
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
          || isDue(checkpointing.evalEvery(), iteration)) {
        write(training);
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
      beforeWriting.run();
      TrainingState evaluated = training.checkpoint().state().copy();
      evaluated.put(MEAN_RETURN, new double[] {meanReturn});
      training.checkpoint().withState(evaluated).write(folder.bestCheckpoint());
      best = meanReturn;
    }
  }

  @Override
  public void finished(Finished finished) {
    if (training != null) {
      write(training);
    }
  }

  /**
   * Writes the checkpoint of this step, unless it was just written, and deletes the oldest ones.
   */
  private void write(RunningTraining training) {
    long globalStep = training.globalStep();
    if (globalStep == lastStep) {
      return;
    }
    beforeWriting.run();
    training.checkpoint().write(folder.checkpoint(globalStep));
    lastStep = globalStep;
    Checkpointing checkpointing = training.config().checkpointing();
    if (checkpointing.keepCheckpoints() > 0) {
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
