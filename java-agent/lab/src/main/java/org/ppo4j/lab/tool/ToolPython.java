package org.ppo4j.lab.tool;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * The Python that a tool runs in: the one that {@code PPO4J_PYTHON} names, or else a virtual
 * environment in ppo4j's folder with the packages of {@code requirements-<name>.lock}, made once.
 *
 * @param title the name of the tool
 * @param name the name of its extra in python-bridge's pyproject.toml; its virtual environment is
 *     {@code .venv-<name>}
 * @param command the command that needs it
 * @param requirements what pip installs, as that extra names it
 */
public record ToolPython(String title, String name, String command, List<String> requirements) {
  private static final int OLDEST_MINOR = 11;

  public ToolPython {
    requirements = List.copyOf(requirements);
  }

  /**
   * Returns the interpreter; makes the virtual environment if it is not there.
   *
   * @param home ppo4j's folder; null if it is unknown
   * @param progress receives a line before each slow operation
   * @throws EnvException if there is no suitable Python, or packages cannot be installed
   */
  public Path find(@Nullable Path home, Consumer<String> progress) {
    String named = System.getenv(PythonFinder.VARIABLE);
    if (home == null || (named != null && !named.isEmpty())) {
      return PythonFinder.find();
    }
    RequirementsLock lock = new RequirementsLock(home, "requirements-%s.lock".formatted(name));
    Path folder = home.resolve(".venv-" + name);
    Path work = home.resolve("target");
    try {
      String contents = "%s%n%s%n".formatted(folder, lock.description());
      PythonVenv venv = new PythonVenv(folder, contents, work, name + "-setup", progress);
      if (!venv.isComplete()) {
        venv.make(
            "Installing %s in %s (once)...".formatted(title, folder),
            this::interpreter,
            List.of(List.of("--require-hashes", "-r", lock.file(work).toString())));
      }
      return venv.python();
    } catch (VenvException e) {
      throw new EnvException(
          "%s cannot be installed, since %s; or set %s to a Python that has it"
              .formatted(title, e.getMessage(), PythonFinder.VARIABLE),
          e);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot make " + folder, e);
    }
  }

  /** Returns the sentence for a Python that lacks {@code module}. */
  public String missing(Path python, String module) {
    List<String> install = new ArrayList<>(List.of(python.toString(), "-m", "pip", "install"));
    install.addAll(requirements);
    return "%s lacks the module %s, which only %s needs; run %s"
        .formatted(python, module, command, ShellCommand.of(install));
  }

  private String interpreter() {
    return InstalledPython.all()
        .filter(python -> python.minor() >= OLDEST_MINOR)
        .findFirst()
        .map(InstalledPython::command)
        .orElseThrow(
            () ->
                new EnvException(
                    "%s needs Python 3.%d or newer for %s, which was not found; install one, with its venv module"
                        .formatted(command, OLDEST_MINOR, title)));
  }
}
