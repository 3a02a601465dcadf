package org.ppo4j.gymnasium;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;

/**
 * Finds the Python interpreter that workers are started with.
 *
 * <p>All of ppo4j looks for Python in one order: the interpreter that {@value #VARIABLE} names,
 * that of {@code .venv} in the project's folder, the commands of {@link InstalledPython#COMMANDS}.
 * The project's folder is ppo4j's own if its launcher started Java, and otherwise the working
 * folder. A virtual environment is made with the first of these commands that has a suitable
 * version. The native MuJoCo environments, which do not depend on this package, follow the same
 * order.
 */
public final class PythonFinder {
  /** The environment variable that names the interpreter, a path or a command. */
  public static final String VARIABLE = "PPO4J_PYTHON";

  private PythonFinder() {}

  /**
   * Returns the interpreter: the one that the variable {@value #VARIABLE} names, or that of {@code
   * .venv} in the project's folder, or {@code python3} on the path.
   *
   * @throws EnvException if there is none
   */
  public static Path find() {
    return find(System.getenv(), home());
  }

  static Path find(Map<String, String> environment, Path home) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return executable(named, environment.get("PATH"))
          .orElseThrow(
              () ->
                  new EnvException(
                      "%s is '%s', which is not an executable file: expected a Python interpreter"
                          .formatted(VARIABLE, named)));
    }
    Path ours = home.resolve(".venv/bin/python");
    if (Files.isExecutable(ours)) {
      return ours;
    }
    return executable("python3", environment.get("PATH"))
        .orElseThrow(
            () ->
                new EnvException(
                    "no Python was found: expected %s or python3 on the PATH; install Python 3.%d or newer, or set %s to an interpreter"
                        .formatted(ours, WorkerPython.OLDEST_MINOR, VARIABLE)));
  }

  private static Path home() {
    return Path.of(System.getProperty("ppo4j.home", "")).toAbsolutePath();
  }

  private static Optional<Path> executable(String name, @Nullable String path) {
    if (name.contains(File.separator)) {
      return Optional.of(Path.of(name).toAbsolutePath()).filter(PythonFinder::isProgram);
    }
    return Arrays.stream((path == null ? "" : path).split(File.pathSeparator, -1))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(PythonFinder::isProgram)
        .findFirst();
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
