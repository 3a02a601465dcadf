package org.ppo4j.lab.study;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;

/**
 * The folder of a comparison; its {@code compare.json} holds the options of its seeds, and its
 * {@code compare.lock} is locked while a process trains them.
 */
public final class StudyFolder implements AutoCloseable {
  private static final String LOCK = "compare.lock";

  private final FileChannel lock;

  private StudyFolder(FileChannel lock) {
    this.lock = lock;
  }

  /**
   * Claims {@code folder} for seeds that are trained with these options, until the result is
   * closed.
   *
   * @throws IllegalArgumentException if it contains seeds that were trained with other options, or
   *     other files, or if another process has it
   */
  public static StudyFolder claim(Path folder, List<String> training) {
    try {
      Path file = folder.resolve("compare.json");
      Files.createDirectories(folder);
      if (!Files.exists(file)) {
        requireEmpty(folder);
      }
      FileChannel lock =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (!AppendedFile.isFree(lock)) {
          throw new IllegalArgumentException(
              "another comparison is running in %s; wait for its end or choose another --run-dir"
                  .formatted(folder));
        }
        claim(folder, file, training);
        return new StudyFolder(lock);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot use the folder " + folder, e);
    }
  }

  private static void requireEmpty(Path folder) throws IOException {
    try (var inside = Files.list(folder)) {
      if (inside.anyMatch(each -> !each.endsWith(LOCK))) {
        throw new IllegalArgumentException(
            "the folder %s is not empty and not that of a comparison; choose another --run-dir"
                .formatted(folder));
      }
    }
  }

  private static void claim(Path folder, Path file, List<String> training) throws IOException {
    if (Files.exists(file)) {
      List<String> before =
          Arrays.asList(Json.MAPPER.readValue(Files.readString(file), String[].class));
      if (!before.equals(training)) {
        throw new IllegalArgumentException(
            "the seeds in %s were trained with other options (%s; now %s); choose another --run-dir"
                .formatted(folder, String.join(" ", before), String.join(" ", training)));
      }
      return;
    }
    Files.writeString(file, Json.MAPPER.writeValueAsString(training) + "\n");
  }

  /** Lets other processes have the folder. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot close the lock of a comparison", e);
    }
  }
}
