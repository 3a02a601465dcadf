package org.ppo4j.gymnasium;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.env.EnvException;

/**
 * Finds the Python interpreter that workers are started with.
 *
 * <p>All of ppo4j looks for Python in one order: what {@value #VARIABLE} names, the project's
 * {@code .venv}, the commands of {@link InstalledPython#COMMANDS}. A virtual environment is made
 * with the first of these commands whose version suits it. The native MuJoCo environments, which
 * know nothing of this package, follow the same order.
 */
public final class PythonFinder {
  /** Names the interpreter, a path or a command. */
  public static final String VARIABLE = "PPO4J_PYTHON";

  private static final List<String> PACKAGES =
      List.of("ppo4j_bridge", "gymnasium", "py4j", "numpy");

  private PythonFinder() {}

  /**
   * Returns the interpreter: what the variable {@value #VARIABLE} names, or that of {@code .venv}
   * in the project's folder, or {@code python3} on the path.
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
                      "%s is '%s', which is not an executable: expected a Python interpreter"
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
                    "no Python found: expected %s or python3 on the PATH; install Python 3.11 or newer, or set %s"
                        .formatted(ours, VARIABLE)));
  }

  /**
   * Returns which of the packages that a worker imports {@code python} cannot find.
   *
   * @throws EnvException if {@code python} cannot be run
   */
  public static List<String> missingPackages(Path python) {
    String check =
        "import importlib.util as u, sys; "
            + "print(*[m for m in sys.argv[1:] if u.find_spec(m) is None], sep='\\n')";
    List<String> command = new ArrayList<>(List.of(python.toString(), "-c", check));
    command.addAll(PACKAGES);
    try {
      String answer = ShortProgram.output(command).orElse("");
      return answer.lines().filter(PACKAGES::contains).toList();
    } catch (IOException e) {
      throw new EnvException("cannot run %s: %s".formatted(python, e.getMessage()), e);
    }
  }

  /** Returns the command that installs what a worker imports. */
  public static String installCommand(Path python) {
    String bridge = home().resolve("python-bridge").toString();
    return ShellCommand.of(python.toString(), "-m", "pip", "install", "-e", bridge);
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
