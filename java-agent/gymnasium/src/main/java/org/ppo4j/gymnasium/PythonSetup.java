package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.env.EnvException;

/**
 * The project's Python: a virtual environment {@code .venv} with the packages of python-bridge's
 * {@code requirements.lock} and, in a checkout, python-bridge itself; elsewhere workers use the one
 * that this artifact carries. It is made once, and updated when python-bridge's {@code
 * pyproject.toml} or {@code requirements.lock} changes, or when the project was moved or copied,
 * after which {@code .venv} still refers to the former folder.
 *
 * <p>A {@code .venv} that this class did not make is the user's and is not changed.
 */
public final class PythonSetup {
  private static final Pattern REQUIRED = Pattern.compile("requires-python = \">=3\\.(\\d+)\"");

  /** The file that ppo4j 0.1 writes into a complete {@code .venv}. */
  private static final String STAMP_OF_0_1 = "ppo4j-pyproject.toml";

  private final Path home;
  private final List<String> interpreters;
  private final Consumer<String> progress;

  /**
   * Creates the set-up of a project, with one of the commands by which Python is usually installed.
   *
   * @param home ppo4j's folder: a checkout, or the folder of the files that ppo4j makes
   * @param progress receives a line before each slow operation
   */
  public PythonSetup(Path home, Consumer<String> progress) {
    this(home, InstalledPython.COMMANDS, progress);
  }

  PythonSetup(Path home, List<String> interpreters, Consumer<String> progress) {
    this.home = home.toAbsolutePath();
    this.interpreters = List.copyOf(interpreters);
    this.progress = progress;
  }

  /**
   * Makes sure that {@code .venv} is complete.
   *
   * @throws EnvException if there is no suitable Python or the packages cannot be installed
   * @throws IOException if a file cannot be read or written
   */
  public void ensure() throws IOException {
    PythonVenv venv = new PythonVenv(folder(), contents(), work(), "python-setup", progress);
    if (venv.isComplete() || isForeign(venv)) {
      return;
    }
    int requiredMinor = requiredMinor();
    try {
      venv.makeOrUpdate(
          "Setting up Python in %s (once)...".formatted(folder()),
          () -> interpreter(requiredMinor),
          installs());
      Files.deleteIfExists(folder().resolve(STAMP_OF_0_1));
    } catch (VenvException e) {
      throw new EnvException(
          "Python cannot be set up; this command failed: %s%n%s"
              .formatted(e.command(), String.join(System.lineSeparator(), e.lastLines())),
          e);
    }
  }

  private boolean isForeign(PythonVenv venv) {
    return Files.exists(folder())
        && !venv.isOurs()
        && !Files.exists(folder().resolve(STAMP_OF_0_1));
  }

  /**
   * Returns pip's arguments; python-bridge is installed without its dependencies, which the lock
   * file has in exact versions.
   */
  private List<List<String>> installs() throws IOException {
    List<String> packages = List.of("--require-hashes", "-r", lock().file(work()).toString());
    return RequirementsLock.isCheckout(home)
        ? List.of(packages, List.of("--no-deps", "--no-build-isolation", "-e", bridge().toString()))
        : List.of(packages);
  }

  private String contents() throws IOException {
    String packages = lock().description() + System.lineSeparator();
    return RequirementsLock.isCheckout(home)
        ? "python-bridge %s%npyproject.toml %s%n%s"
            .formatted(bridge(), RequirementsLock.digest(Files.readAllBytes(pyproject())), packages)
        : packages;
  }

  /** Returns the first interpreter that is new enough for python-bridge. */
  private String interpreter(int requiredMinor) {
    return InstalledPython.of(interpreters)
        .filter(python -> python.minor() >= requiredMinor)
        .findFirst()
        .map(InstalledPython::command)
        .orElseThrow(
            () ->
                new EnvException(
                    ("this environment needs Python 3.%d or newer, but %s; install one (with its"
                            + " venv module), or set PPO4J_PYTHON to an interpreter that has"
                            + " gymnasium and py4j installed")
                        .formatted(requiredMinor, whatIsInstalled())));
  }

  private String whatIsInstalled() {
    return InstalledPython.of(interpreters)
        .findFirst()
        .map(python -> "%s is 3.%d".formatted(python.command(), python.minor()))
        .orElse("there is no python3 on PATH");
  }

  private int requiredMinor() throws IOException {
    if (!RequirementsLock.isCheckout(home)) {
      return WorkerPython.OLDEST_MINOR;
    }
    Matcher matcher = REQUIRED.matcher(Files.readString(pyproject()));
    if (!matcher.find()) {
      throw new IllegalStateException(pyproject() + " does not state which Python it requires");
    }
    return Integer.parseInt(matcher.group(1));
  }

  private Path folder() {
    return home.resolve(".venv");
  }

  private Path bridge() {
    return home.resolve("python-bridge");
  }

  private Path pyproject() {
    return bridge().resolve("pyproject.toml");
  }

  private RequirementsLock lock() {
    return new RequirementsLock(home, "requirements.lock");
  }

  /** Returns the folder of the log, and of the lock of processes that make the same. */
  private Path work() {
    return home.resolve("target");
  }
}
