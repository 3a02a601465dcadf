package org.ppo4j.env.mujoco;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which Python has MuJoCo's library or fetches it.
 *
 * <p>The order is that of all of ppo4j, of {@code PythonFinder} for example, which this module does
 * not know: what {@code PPO4J_PYTHON} names, the project's {@code .venv}, the commands {@code
 * python3} and {@code python}. Commands with a version in their names are for programs that need
 * that version; any Python can fetch.
 */
final class Pythons {
  private static final String VARIABLE = "PPO4J_PYTHON";

  private Pythons() {}

  /**
   * Returns the interpreter whose packages are the user's or the project's, a command or a file
   * that may not exist.
   *
   * @param project the project's folder
   */
  static Optional<String> chosen(Map<String, String> environment, @Nullable String project) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isEmpty()) {
      return Optional.of(named);
    }
    return Optional.ofNullable(project)
        .map(folder -> Path.of(folder, ".venv", "bin", "python").toString());
  }

  /** Returns the commands to try, best first. */
  static List<String> commands(Map<String, String> environment, @Nullable String project) {
    List<String> commands = new ArrayList<>();
    boolean isNamed = !environment.getOrDefault(VARIABLE, "").isEmpty();
    chosen(environment, project)
        .filter(python -> isNamed || Files.isExecutable(Path.of(python)))
        .ifPresent(commands::add);
    commands.addAll(List.of("python3", "python"));
    return commands;
  }
}
