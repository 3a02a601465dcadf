package org.ppo4j.lab.tune;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.env.EnvException;
import org.ppo4j.gymnasium.InstalledPython;
import org.ppo4j.gymnasium.PythonFinder;
import org.ppo4j.gymnasium.PythonVenv;
import org.ppo4j.gymnasium.RequirementsLock;
import org.ppo4j.gymnasium.VenvException;

/**
 * The Python that Optuna runs in: the one that {@code PPO4J_PYTHON} names, or else a virtual
 * environment {@code .venv-tune} in the project's folder with the packages of {@code
 * requirements-tune.lock}, made once.
 */
public final class OptunaPython {
  /** What pip installs, the extra {@code tune} of python-bridge's pyproject.toml. */
  static final List<String> REQUIREMENTS = List.of("optuna>=5.0,<6", "cmaes>=0.12");

  private static final int OLDEST_MINOR = 11;

  private OptunaPython() {}

  /**
   * Returns the interpreter; makes the virtual environment if it is not there.
   *
   * @param home the project's folder; null if it is unknown
   * @param progress receives a line before each slow operation
   * @throws EnvException if there is no suitable Python, or packages cannot be installed
   */
  public static Path find(@Nullable Path home, Consumer<String> progress) {
    String named = System.getenv(PythonFinder.VARIABLE);
    if (home == null || (named != null && !named.isEmpty())) {
      return PythonFinder.find();
    }
    RequirementsLock lock = new RequirementsLock(home, "requirements-tune.lock");
    Path folder = home.resolve(".venv-tune");
    Path work = home.resolve("target");
    try {
      String contents = "%s%n%s%n".formatted(folder, lock.description());
      PythonVenv venv = new PythonVenv(folder, contents, work, "tune-setup", progress);
      if (!venv.isComplete()) {
        venv.make(
            "Installing Optuna in %s (once)...".formatted(folder),
            OptunaPython::interpreter,
            List.of(List.of("--require-hashes", "-r", lock.file(work).toString())));
      }
      return venv.python();
    } catch (VenvException e) {
      throw new EnvException(
          "Optuna cannot be installed, since %s; or set %s to a Python that has it"
              .formatted(e.getMessage(), PythonFinder.VARIABLE),
          e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make " + folder, e);
    }
  }

  /** Returns the sentence for a Python that lacks {@code module}. */
  static String missing(Path python, String module) {
    List<String> command =
        List.of(
            python.toString(), "-m", "pip", "install", REQUIREMENTS.get(0), REQUIREMENTS.get(1));
    return "%s lacks the module %s, which only ./ppo4j tune needs; run %s"
        .formatted(python, module, ShellCommand.of(command));
  }

  private static String interpreter() {
    return InstalledPython.all()
        .filter(python -> python.minor() >= OLDEST_MINOR)
        .findFirst()
        .map(InstalledPython::command)
        .orElseThrow(
            () ->
                new EnvException(
                    "./ppo4j tune needs Python 3.%d or newer for Optuna, which was not found; install one, with its venv module"
                        .formatted(OLDEST_MINOR)));
  }
}
