package org.ppo4j.agent.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;
import org.ppo4j.agent.IoFailure;
import org.ppo4j.agent.ShellCommand;

/**
 * Makes the project's Python: a virtual environment {@code .venv} with python-bridge and what it
 * needs installed in it. It is made once, and brought up to date when python-bridge's {@code
 * pyproject.toml} changes.
 *
 * <p>The copy of {@code pyproject.toml} inside {@code .venv} is written last: a virtual environment
 * without it that has the marker of an unfinished one is made anew, and one with neither is the
 * user's own and left alone.
 */
final class PythonSetup {
  private static final Pattern REQUIRED = Pattern.compile("requires-python = \">=3\\.(\\d+)\"");
  private static final int TAIL_LINES = 12;

  private final Path home;
  private final List<String> interpreters;
  private final PrintWriter err;

  /**
   * @param home the project's folder
   * @param interpreters the commands to try, best first
   * @param err where the user is told what takes so long
   */
  PythonSetup(Path home, List<String> interpreters, PrintWriter err) {
    this.home = home;
    this.interpreters = List.copyOf(interpreters);
    this.err = err;
  }

  /** Returns a set-up that tries the commands by which Python is usually installed. */
  static PythonSetup usual(Path home, PrintWriter err) {
    return new PythonSetup(
        home,
        List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"),
        err);
  }

  /**
   * Makes sure that {@code .venv} is complete.
   *
   * @throws CommandException if there is no suitable Python or the packages cannot be installed
   */
  void ensure() {
    try {
      if (isReady()) {
        return;
      }
      Files.createDirectories(target());
      try (FileChannel channel =
              FileChannel.open(
                  target().resolve("python-setup.lock"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        if (lock.isValid() && !isUpToDate()) {
          make();
        }
      }
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot set up " + venv(), e);
    }
  }

  private void make() throws IOException {
    err.println("Setting up Python in %s (once)...".formatted(venv()));
    err.flush();
    Path log = target().resolve("python-setup.log");
    if (Files.exists(unfinished())) {
      FileUtils.deleteDirectory(venv().toFile());
    }
    if (!Files.exists(venv())) {
      String python = interpreter();
      Files.createDirectories(venv());
      Files.createFile(unfinished());
      run(log, List.of(python, "-m", "venv", venv().toString()), "making %s".formatted(venv()));
    }
    run(
        log,
        List.of(
            venv().resolve("bin/python").toString(),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "-e",
            home.resolve("python-bridge").toString()),
        "installing the Python packages");
    Files.copy(pyproject(), stamp(), StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(unfinished());
  }

  /** Returns the first interpreter that is new enough for python-bridge. */
  private String interpreter() throws IOException {
    int required = requiredMinor();
    String found = "";
    for (String command : interpreters) {
      Optional<Integer> minor = minorVersion(command);
      if (minor.isPresent() && minor.get() >= required) {
        return command;
      }
      if (minor.isPresent() && found.isEmpty()) {
        found = ", but %s is 3.%d".formatted(command, minor.get());
      }
    }
    throw new CommandException(
        ("this environment runs in Python 3.%d or newer%s; install one (with its venv module), or"
                + " set PPO4J_PYTHON to an interpreter that has python-bridge installed")
            .formatted(required, found.isEmpty() ? ", but there is no python3 on PATH" : found));
  }

  private int requiredMinor() throws IOException {
    Matcher matcher = REQUIRED.matcher(Files.readString(pyproject()));
    if (!matcher.find()) {
      throw new IllegalStateException(pyproject() + " does not say which Python it requires");
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static Optional<Integer> minorVersion(String command) {
    try {
      Process process =
          new ProcessBuilder(
                  command, "-c", "import sys; print('%d %d' % tuple(sys.version_info[:2]))")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      process.getOutputStream().close();
      String answer =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      boolean isPython3 = waitFor(process) == 0 && answer.matches("3 \\d+");
      return isPython3 ? Optional.of(Integer.parseInt(answer.substring(2))) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // no such command
    }
  }

  private static void run(Path log, List<String> command, String what) throws IOException {
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    if (waitFor(process) != 0) {
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      throw new CommandException(
          "%s failed:%n%s%nThe command was: %s"
              .formatted(
                  what,
                  String.join(
                      System.lineSeparator(),
                      lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())),
                  ShellCommand.of(command)));
    }
  }

  private static int waitFor(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new CommandException("interrupted while Python was being set up", e);
    }
  }

  /** Whether there is nothing to do. */
  private boolean isReady() {
    try {
      return isUpToDate() || isForeign();
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot look into " + venv(), e);
    }
  }

  private boolean isUpToDate() throws IOException {
    return Files.exists(stamp())
        && !Files.exists(unfinished())
        && Files.mismatch(stamp(), pyproject()) == -1;
  }

  /** Whether somebody else made {@code .venv}. */
  private boolean isForeign() {
    return Files.exists(venv()) && !Files.exists(stamp()) && !Files.exists(unfinished());
  }

  private Path venv() {
    return home.resolve(".venv");
  }

  private Path stamp() {
    return venv().resolve("ppo4j-pyproject.toml");
  }

  private Path unfinished() {
    return venv().resolve("ppo4j-unfinished");
  }

  private Path pyproject() {
    return home.resolve("python-bridge/pyproject.toml");
  }

  private Path target() {
    return home.resolve("target");
  }
}
