package org.ppo4j.gymnasium;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process {@code python -m ppo4j_bridge}.
 *
 * <p>Its standard input is its lifeline: the token goes over it, and the process ends when it is
 * closed, which the kernel does when this JVM dies. Its standard output says one line, the port.
 * The last lines of its standard error are kept for error messages.
 */
final class WorkerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final int PROTOCOL = 1;
  private static final int KEPT_LINES = 20;
  private static final long KILL_SECONDS = 5;

  /** Numerical libraries must not start threads: the workers share the processors among them. */
  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "OMP_NUM_THREADS", "1",
          "OPENBLAS_NUM_THREADS", "1",
          "MKL_NUM_THREADS", "1",
          "PYGAME_HIDE_SUPPORT_PROMPT", "1",
          "PYTHONUTF8", "1");

  private final Path python;
  private final Process process;
  private final Deque<String> errors = new ArrayDeque<>();
  private final Thread errorReader;

  private WorkerProcess(Path python, Process process) {
    this.python = python;
    this.process = process;
    errorReader =
        Thread.ofPlatform().daemon().name("ppo4j-stderr-" + process.pid()).start(this::keepErrors);
  }

  /** Starts a process; {@code token} is what Py4J calls must show it. */
  static WorkerProcess start(Path python, String token) {
    ProcessBuilder builder = new ProcessBuilder(python.toString(), "-m", "ppo4j_bridge");
    builder.environment().putAll(ENVIRONMENT);
    Process process;
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new EnvException(
          "cannot start %s: %s; expected a Python interpreter, which %s can name"
              .formatted(python, e.getMessage(), PythonFinder.VARIABLE),
          e);
    }
    WorkerProcess worker = new WorkerProcess(python, process);
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write((token + "\n").getBytes(StandardCharsets.UTF_8));
      lifeline.flush();
    } catch (IOException e) {
      LOG.debug("worker {} did not take its token", process.pid(), e); // port() says why
    }
    return worker;
  }

  /** Waits for the process to say on which port it listens. */
  int port() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      if (line == null) {
        throw noStart();
      }
      String[] words = line.split(" ", -1);
      if (words.length != 3 || !words[0].equals("ppo4j-bridge")) {
        throw new EnvException(
            ("%s printed '%s' before the bridge was up: expected nothing but the bridge's line, "
                    + "so stop what prints when Python starts, such as a sitecustomize module")
                .formatted(python, line));
      }
      if (Integer.parseInt(words[1]) != PROTOCOL) {
        throw new EnvException(
            "the ppo4j_bridge of %s speaks version %s of the protocol, but this program %d: run %s"
                .formatted(python, words[1], PROTOCOL, PythonFinder.installCommand(python)));
      }
      return Integer.parseInt(words[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private EnvException noStart() {
    List<String> missing = PythonFinder.missingPackages(python);
    if (!missing.isEmpty()) {
      return new EnvException(
          "%s lacks the packages %s: run %s"
              .formatted(python, String.join(", ", missing), PythonFinder.installCommand(python)));
    }
    return new EnvException("the bridge did not start: %s".formatted(death()));
  }

  long pid() {
    return process.pid();
  }

  /** Returns how the process ended and the last it said, for an error message. */
  String death() {
    String how;
    if (waitFor(Duration.ofSeconds(1))) {
      int status = process.exitValue();
      how = status > 128 ? "it was ended by signal " + (status - 128) : "it exited with " + status;
    } else {
      how = "it runs but no longer answers";
    }
    return how + lastErrors();
  }

  /** Returns the last lines of standard error, indented, or nothing. */
  String lastErrors() {
    try {
      if (!process.isAlive()) {
        errorReader.join(Duration.ofSeconds(1));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    synchronized (errors) {
      return errors.isEmpty()
          ? ""
          : "; the last it wrote to standard error:\n  " + String.join("\n  ", errors);
    }
  }

  /** Waits for the process to end and returns whether it did. */
  private boolean waitFor(Duration limit) {
    try {
      return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !process.isAlive();
    }
  }

  /** Closes the lifeline and gives the process {@code limit} to end by itself; then kills it. */
  void end(Duration limit) {
    List<ProcessHandle> started = process.descendants().toList(); // orphans are nobody's
    closeLifeline();
    waitFor(limit);
    started.forEach(ProcessHandle::destroyForcibly);
    kill();
  }

  /** Ends the process, and those it started, without asking. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    closeLifeline();
    if (!waitFor(Duration.ofSeconds(KILL_SECONDS))) {
      LOG.warn("worker {} does not die", pid());
    }
  }

  private void closeLifeline() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("closing the lifeline of worker {}", pid(), e);
    }
  }

  private void keepErrors() {
    try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
      for (@Nullable String line = reader.readLine(); line != null; line = reader.readLine()) {
        LOG.debug("worker {}: {}", process.pid(), line);
        synchronized (errors) {
          errors.addLast(line);
          if (errors.size() > KEPT_LINES) {
            errors.removeFirst();
          }
        }
      }
    } catch (IOException e) {
      LOG.debug("standard error of worker {}", process.pid(), e);
    }
  }
}
