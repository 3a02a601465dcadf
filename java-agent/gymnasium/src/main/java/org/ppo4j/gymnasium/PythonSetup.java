package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ppo4j.env.EnvException;

/**
 * The project's Python: a virtual environment {@code .venv} with the packages of python-bridge's
 * {@code requirements.lock} and python-bridge itself. It is made once, and updated when
 * python-bridge's {@code pyproject.toml} or {@code requirements.lock} changes, or when the project
 * was moved or copied, after which {@code .venv} still refers to the former folder.
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
   * @param home the project's folder
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
    PythonVenv venv =
        new PythonVenv(folder(), contents(), home.resolve("target"), "python-setup", progress);
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
  private List<List<String>> installs() {
    return List.of(
        List.of("--require-hashes", "-r", lock().toString()),
        List.of("--no-deps", "--no-build-isolation", "-e", bridge().toString()));
  }

  private String contents() throws IOException {
    return "python-bridge %s%npyproject.toml %s%nrequirements.lock %s%n"
        .formatted(bridge(), digest(pyproject()), digest(lock()));
  }

  private static String digest(Path file) throws IOException {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(Files.readAllBytes(file)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
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

  private Path lock() {
    return bridge().resolve("requirements.lock");
  }
}
