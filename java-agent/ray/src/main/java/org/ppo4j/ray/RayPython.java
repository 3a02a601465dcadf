package org.ppo4j.ray;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.InstalledPython;
import org.ppo4j.gymnasium.PythonFinder;
import org.ppo4j.gymnasium.PythonVenv;
import org.ppo4j.gymnasium.VenvException;

/**
 * The Python that talks to Ray: the one that {@value #VARIABLE} names, or else a virtual
 * environment {@code .venv-ray} in the project's folder with the packages of {@code
 * requirements-ray.lock}, made once. Nothing else needs it.
 */
public final class RayPython {
  /** The environment variable that names a Python with Ray, as a cluster's own image has. */
  public static final String VARIABLE = "PPO4J_RAY_PYTHON";

  /** What pip installs, the extra {@code ray} of python-bridge's pyproject.toml. */
  static final String REQUIREMENT = "ray>=2.52,<3";

  private static final int OLDEST_MINOR = 11;
  private static final int NEWEST_MINOR = 13;

  private RayPython() {}

  /**
   * Returns the interpreter; makes the virtual environment if it is not there.
   *
   * @param home the project's folder; null if it is unknown
   * @param progress receives a line before each slow operation
   * @throws EnvException if there is no suitable Python, or packages cannot be installed
   */
  public static Path find(@Nullable Path home, Consumer<String> progress) {
    String named = System.getenv(VARIABLE);
    if (named != null && !named.isEmpty()) {
      return named(named);
    }
    if (home == null) {
      return PythonFinder.find();
    }
    Path lock = home.resolve("python-bridge/requirements-ray.lock");
    Path folder = folder(home);
    try {
      String text = Files.readString(lock);
      String contents =
          lock + " " + UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)) + "\n";
      PythonVenv venv =
          new PythonVenv(folder, contents, home.resolve("target"), "ray-setup", progress);
      if (!venv.isComplete()) {
        venv.make(
            "Installing Ray in %s (once)...".formatted(folder),
            RayPython::interpreter,
            List.of(List.of("--require-hashes", "-r", lock.toString())));
      }
      return venv.python();
    } catch (VenvException e) {
      throw new EnvException(
          "Ray cannot be installed, since %s; or set %s to a Python that has it"
              .formatted(e.getMessage(), VARIABLE),
          e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make " + folder, e);
    }
  }

  /** Returns the folder of the virtual environment in a project. */
  public static Path folder(Path home) {
    return home.resolve(".venv-ray");
  }

  private static Path named(String named) {
    Path python = Path.of(named).toAbsolutePath();
    if (!Files.isExecutable(python)) {
      throw new EnvException(
          "%s is '%s', which is not an executable file: expected a Python interpreter that has Ray"
              .formatted(VARIABLE, named));
    }
    return python;
  }

  /** Returns the sentence for a Python that lacks {@code module}. */
  static String missing(Path python, String module) {
    List<String> command = List.of(python.toString(), "-m", "pip", "install", REQUIREMENT);
    return "%s lacks the module %s, which only --ray needs; run %s"
        .formatted(python, module, ShellCommand.of(command));
  }

  private static String interpreter() {
    return InstalledPython.all()
        .filter(python -> python.minor() >= OLDEST_MINOR && python.minor() <= NEWEST_MINOR)
        .findFirst()
        .map(InstalledPython::command)
        .orElseThrow(
            () ->
                new EnvException(
                    "--ray needs Python 3.%d to 3.%d, for which Ray has packages; install one, with its venv module"
                        .formatted(OLDEST_MINOR, NEWEST_MINOR)));
  }
}
