package org.ppo4j.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ppo4j.agent.run.RunFolder;

/**
 * One training that runs in a separate process. Its results are in a folder. Next to the folder,
 * files of its name hold the output ({@code .log}), a line for each failed attempt ({@code .crash})
 * and a line for each resumption ({@code .resumed}); {@code .done} exists if it has finished.
 *
 * @param name its name in messages
 * @param folder the folder of its results; emptied before it starts from the beginning
 * @param workingFolder the working folder of the command
 * @param command the command that starts it from the beginning
 * @param resumption the command that resumes it from the checkpoints in the folder; empty if it
 *     cannot be resumed
 */
public record Job(
    String name, Path folder, Path workingFolder, List<String> command, List<String> resumption) {

  /** Returns whether the training has finished, now or by an earlier command. */
  public boolean isDone() {
    return Files.isDirectory(folder) && Files.exists(done());
  }

  /** Returns the checkpoint that an unfinished training can be resumed from. */
  Optional<Path> checkpoint() {
    return resumption.isEmpty() || !Files.isDirectory(folder.resolve("checkpoints"))
        ? Optional.empty()
        : RunFolder.open(folder).latestCheckpoint();
  }

  Path log() {
    return sibling(".log");
  }

  Path crash() {
    return sibling(".crash");
  }

  Path resumed() {
    return sibling(".resumed");
  }

  Path done() {
    return sibling(".done");
  }

  private Path sibling(String ending) {
    return folder.resolveSibling(folder.getFileName() + ending);
  }
}
