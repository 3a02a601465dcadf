package org.ppo4j.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.agent.files.IoFailure;
import org.ppo4j.agent.files.Json;

/** The folder of a comparison: {@code compare.json} says what its seeds are trained with. */
final class StudyFolder {
  private StudyFolder() {}

  /**
   * Makes {@code folder} the place of seeds that are trained with these options.
   *
   * @throws CommandException if it holds seeds that were trained with others, or something else
   */
  static void claim(Path folder, List<String> training) {
    Path file = folder.resolve("compare.json");
    try {
      if (Files.exists(file)) {
        List<String> before =
            Arrays.asList(Json.MAPPER.readValue(Files.readString(file), String[].class));
        if (!before.equals(training)) {
          throw new CommandException(
              "the seeds in %s were trained with other options (%s; now %s); choose another --run-dir"
                  .formatted(folder, String.join(" ", before), String.join(" ", training)));
        }
        return;
      }
      Files.createDirectories(folder);
      try (var inside = Files.list(folder)) {
        if (inside.findAny().isPresent()) {
          throw new CommandException(
              "the folder %s is not empty and not of a comparison; choose another --run-dir"
                  .formatted(folder));
        }
      }
      Files.writeString(file, Json.MAPPER.writeValueAsString(training) + "\n");
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot use the folder " + folder, e);
    }
  }
}
