package org.ppo4j.lab.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;

/** The folder of a comparison; its {@code compare.json} holds the options of its seeds. */
public final class StudyFolder {
  private StudyFolder() {}

  /**
   * Claims {@code folder} for seeds that are trained with these options.
   *
   * @throws IllegalArgumentException if it contains seeds that were trained with other options, or
   *     other files
   */
  public static void claim(Path folder, List<String> training) {
    Path file = folder.resolve("compare.json");
    try {
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
      Files.createDirectories(folder);
      try (var inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw new IllegalArgumentException(
              "the folder %s is not empty and not that of a comparison; choose another --run-dir"
                  .formatted(folder));
        }
      }
      Files.writeString(file, Json.MAPPER.writeValueAsString(training) + "\n");
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot use the folder " + folder, e);
    }
  }
}
