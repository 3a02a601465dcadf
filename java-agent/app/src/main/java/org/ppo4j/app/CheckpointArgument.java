package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.tokens.run.TokenRun;

/** Reads the checkpoint that RUN names: a checkpoint, or a run folder for its last one. */
final class CheckpointArgument {
  private CheckpointArgument() {}

  /** Throws {@link CommandException} unless {@code run} exists. */
  static void requireExists(Path run) {
    if (!Files.exists(run)) {
      throw new CommandException(
          "there is no run folder or checkpoint %s; RUN is a folder that train wrote, or a"
                  .formatted(run)
              + " checkpoint in one");
    }
  }

  /**
   * Reads the checkpoint that a command's options name. Prints a warning if its policy is that of
   * the beginning, as after a failure in the first iteration.
   *
   * @param best whether it is the best one of a run folder; otherwise it is the last one
   */
  static Checkpoint read(Path run, boolean best, PrintWriter err) {
    Checkpoint checkpoint = best ? readBest(run) : read(run, err);
    if (checkpoint.globalStep() == 0) {
      err.println(
          "Warning: the policy of %s has learnt nothing, because its training ended at step 0"
              .formatted(run));
    }
    return checkpoint;
  }

  /** Reads the best checkpoint of a run folder. */
  private static Checkpoint readBest(Path run) {
    requireExists(run);
    requireNoTokens(run);
    Path file = RunFolder.open(run).bestCheckpoint();
    if (!Files.exists(file)) {
      throw new CommandException(
          "the run folder %s has no best checkpoint, because it was trained without --eval-every"
              .formatted(run));
    }
    return Checkpoint.read(file);
  }

  /**
   * Reads the last checkpoint. If the file is damaged, prints a warning and reads the previous one.
   */
  static Checkpoint read(Path run, PrintWriter err) {
    requireExists(run);
    if (!Files.isDirectory(run)) {
      return Checkpoint.read(run);
    }
    requireNoTokens(run);
    Iterator<Path> files = RunFolder.open(run).checkpoints().reversed().iterator();
    if (!files.hasNext()) {
      throw new CommandException(
          ("the run folder %s has no checkpoint: a training writes one when it ends or is stopped,"
                  + " and before that with --checkpoint-every; this one was killed, could not"
                  + " write one or is still running%s")
              .formatted(run, another(run)));
    }
    while (true) {
      try {
        return Checkpoint.read(files.next());
      } catch (CheckpointException e) {
        if (!e.isDamaged() || !files.hasNext()) {
          throw e;
        }
        err.println("Warning: " + e.getMessage() + "; trying the previous checkpoint");
      }
    }
  }

  private static void requireNoTokens(Path run) {
    if (TokenRun.isAt(run)) {
      TokenRun tokens = TokenRun.open(run);
      String sample = Launcher.command("tokens", "sample", tokens.model().toString());
      String resume = Launcher.command("tokens", "resume", run.toString());
      throw new CommandException(
          "%s is a training of a language model, which plays no environment; %s"
              .formatted(
                  run,
                  tokens.isFinished()
                      ? sample + " draws from what it learnt"
                      : "it is not finished, and %s continues it".formatted(resume)));
    }
  }

  /** Names the newest run beside one that has no checkpoint; empty if no run there has one. */
  private static String another(Path run) {
    Path runs = run.toAbsolutePath().normalize().getParent();
    return runs == null
        ? ""
        : RunNames.newest(runs, folder -> RunFolder.open(folder).latestCheckpoint().isPresent())
            .map(
                other ->
                    "; the newest beside it with one is " + run.resolveSibling(other.getFileName()))
            .orElse("");
  }

  /** Prints a warning if the environment's versions differ from those of the training. */
  static void warnOfOtherVersions(Checkpoint checkpoint, EnvSpec env, PrintWriter err) {
    if (!checkpoint.versions().equals(env.versions())) {
      err.println(
          "Warning: the policy was trained with %s, but now runs with %s"
              .formatted(checkpoint.versions(), env.versions()));
    }
  }
}
