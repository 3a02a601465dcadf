package org.ppo4j.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ppo4j.agent.run.RunFolder;

/**
 * One training that a process of its own does. What it leaves is in a folder; beside that {@code
 * .log} holds what it printed, {@code .crash} one line for each attempt that failed, {@code
 * .resumed} one for each time it went on from a checkpoint, and {@code .done} says that it was
 * finished.
 *
 * @param name how the user is told of it
 * @param folder what it fills; empty when it starts anew
 * @param workingFolder where the command is run
 * @param command the command that starts anew
 * @param resumption the command that goes on from the checkpoints in the folder; empty if there is
 *     none
 */
public record Job(
    String name, Path folder, Path workingFolder, List<String> command, List<String> resumption) {

  /** Whether the training was finished, now or by an earlier command. */
  public boolean isDone() {
    return Files.isDirectory(folder) && Files.exists(done());
  }

  /** Returns the checkpoint that an unfinished training can go on from. */
  Optional<Path> checkpoint() {
    return resumption.isEmpty() || !Files.isDirectory(folder.resolve("checkpoints"))
        ? Optional.empty()
        : RunFolder.open(folder).latestCheckpoint();
  }

  Path log() {
    return beside(".log");
  }

  Path crash() {
    return beside(".crash");
  }

  Path resumed() {
    return beside(".resumed");
  }

  Path done() {
    return beside(".done");
  }

  private Path beside(String ending) {
    return folder.resolveSibling(folder.getFileName() + ending);
  }
}
