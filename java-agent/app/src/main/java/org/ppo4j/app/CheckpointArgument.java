package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvSpec;

/** What RUN stands for: a run folder, for its last checkpoint, or a checkpoint. */
final class CheckpointArgument {
  private CheckpointArgument() {}

  /** Throws {@link CommandException} unless there is something of that name. */
  static void requireExists(Path run) {
    if (!Files.exists(run)) {
      throw new CommandException(
          "there is no run folder or checkpoint %s; RUN is a folder that train has made, or a"
                  .formatted(run)
              + " checkpoint in one");
    }
  }

  /** Reads the best checkpoint of a run folder. */
  static Checkpoint readBest(Path run) {
    requireExists(run);
    Path file = RunFolder.open(run).bestCheckpoint();
    if (!Files.exists(file)) {
      throw new CommandException(
          "the run folder %s has no best checkpoint, since it was trained without --eval-every"
              .formatted(run));
    }
    return Checkpoint.read(file);
  }

  /** Reads the last checkpoint; where the file is damaged, says so and takes the one before. */
  static Checkpoint read(Path run, PrintWriter err) {
    requireExists(run);
    if (!Files.isDirectory(run)) {
      return Checkpoint.read(run);
    }
    Iterator<Path> files = RunFolder.open(run).checkpoints().reversed().iterator();
    if (!files.hasNext()) {
      throw new CommandException(
          ("the run folder %s has no checkpoint: a training writes one when it ends or is stopped,"
                  + " and on the way with --checkpoint-every; this one was killed or still trains")
              .formatted(run));
    }
    while (true) {
      try {
        return Checkpoint.read(files.next());
      } catch (CheckpointException e) {
        if (!e.isDamaged() || !files.hasNext()) {
          throw e;
        }
        err.println("Warning: " + e.getMessage() + "; trying the one before");
      }
    }
  }

  /** Warns where the environment is not of the versions that the policy was trained with. */
  static void warnOfOtherVersions(Checkpoint checkpoint, EnvSpec env, PrintWriter err) {
    if (!checkpoint.versions().equals(env.versions())) {
      err.println(
          "Warning: trained with %s, run with %s".formatted(checkpoint.versions(), env.versions()));
    }
  }
}
