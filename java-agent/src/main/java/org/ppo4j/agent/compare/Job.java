package org.ppo4j.agent.compare;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One training that a process of its own does. What it leaves is in a folder; beside that {@code
 * .log} holds what it printed, {@code .crash} one line for each attempt that failed, and {@code
 * .done} says that it was finished.
 *
 * @param name how the user is told of it
 * @param folder what it fills; empty when it starts
 * @param workingFolder where the command is run
 * @param command the command
 */
public record Job(String name, Path folder, Path workingFolder, List<String> command) {

  /** Whether the training was finished, now or by an earlier command. */
  public boolean isDone() {
    return Files.isDirectory(folder) && Files.exists(done());
  }

  Path log() {
    return beside(".log");
  }

  Path crash() {
    return beside(".crash");
  }

  Path done() {
    return beside(".done");
  }

  private Path beside(String ending) {
    return folder.resolveSibling(folder.getFileName() + ending);
  }
}
