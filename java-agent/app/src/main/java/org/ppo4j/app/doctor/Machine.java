package org.ppo4j.app.doctor;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the checks look at; a test gives another one.
 *
 * @param variables the environment variables
 * @param properties Java's system properties
 * @param home the project's folder; null if the launcher did not start this JVM
 * @param workingFolder the folder that runs are written below
 */
public record Machine(
    Map<String, String> variables,
    Map<String, String> properties,
    @Nullable Path home,
    Path workingFolder) {

  public Machine {
    variables = Map.copyOf(variables);
    properties = Map.copyOf(properties);
  }

  /** Returns the value of a variable; empty if it is not set. */
  String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  String property(String name) {
    return properties.getOrDefault(name, "");
  }

  /** Returns the program of that name on PATH, if there is one. */
  Optional<Path> program(String name) {
    return Arrays.stream(variable("PATH").split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst();
  }

  /** Returns why no file can be made in a folder or its nearest parent; empty if one can. */
  static Optional<String> obstacle(Path folder) {
    Path existing = folder.toAbsolutePath();
    while (!Files.exists(existing)) {
      Path parent = existing.getParent();
      if (parent == null) {
        return Optional.of(folder + " does not exist");
      }
      existing = parent;
    }
    if (Files.isSymbolicLink(folder) && !Files.exists(folder)) {
      return Optional.of(folder + " is a link to nothing");
    }
    if (!Files.isDirectory(existing)) {
      return Optional.of(existing + " is a file, not a folder");
    }
    try {
      Files.delete(Files.createTempFile(existing, "ppo4j-doctor", ".tmp"));
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("%s cannot be written (%s)".formatted(existing, e));
    }
  }
}
