package org.ppo4j.app;

import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.run.Provenance;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;

/** Writes a training's checkpoints: the last ones and the best. */
final class CheckpointWriter {
  private static final String MEAN_RETURN = "evaluation/mean_return";

  private final RunConfig run;
  private final EnvSpec env;
  private final RunFolder folder;
  private final Provenance provenance;
  private double best;
  private long lastStep = -1;

  CheckpointWriter(RunConfig run, EnvSpec env, RunFolder folder, Provenance provenance) {
    this.run = run;
    this.env = env;
    this.folder = folder;
    this.provenance = provenance;
    best = best(folder);
  }

  /** Writes the checkpoint of a step, if it is not there yet, and deletes those beyond the last. */
  void write(long globalStep, TrainingState state) {
    if (globalStep == lastStep) {
      return;
    }
    checkpoint(globalStep, state).write(folder.checkpoint(globalStep));
    lastStep = globalStep;
    int keep = run.checkpointing().keepCheckpoints();
    if (keep > 0) {
      folder.deleteCheckpointsBut(keep);
    }
  }

  /** Writes the best checkpoint if an evaluation gave a higher mean return than all before. */
  void offer(long globalStep, TrainingState state, double meanReturn) {
    if (meanReturn > best) {
      TrainingState evaluated = state.copy();
      evaluated.put(MEAN_RETURN, new double[] {meanReturn});
      checkpoint(globalStep, evaluated).write(folder.bestCheckpoint());
      best = meanReturn;
    }
  }

  private Checkpoint checkpoint(long globalStep, TrainingState state) {
    return new Checkpoint(
        run,
        env.observationSpace(),
        env.actionSpace(),
        env.versions(),
        globalStep,
        provenance.now(),
        state);
  }

  private static double best(RunFolder folder) {
    try {
      return Checkpoint.read(folder.bestCheckpoint()).state().doubles(MEAN_RETURN)[0];
    } catch (CheckpointException | IllegalArgumentException e) {
      return Double.NEGATIVE_INFINITY; // none yet, or none that could be used
    }
  }
}
