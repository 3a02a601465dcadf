package org.ppo4j.gymnasium;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process {@code python -m ppo4j_bridge}.
 *
 * <p>Its standard input is its lifeline: it receives the token, and the process ends when it is
 * closed, which the kernel does when this JVM dies. Its standard output is one line, with the port.
 * The last lines of its standard error are kept for error messages.
 */
final class WorkerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final int PROTOCOL = 3;
  private static final int KEPT_LINES = 20;
  private static final long KILL_SECONDS = 5;

  private final WorkerPython python;
  private final Process process;
  private final Deque<String> errors = new ArrayDeque<>();
  private final Thread errorReader;

  private WorkerProcess(WorkerPython python, Process process) {
    this.python = python;
    this.process = process;
    errorReader =
        Thread.ofPlatform().daemon().name("ppo4j-stderr-" + process.pid()).start(this::keepErrors);
  }

  /** Starts a process; {@code token} authenticates Py4J's calls. */
  static WorkerProcess start(WorkerPython python, String token) {
    Process process = python.startWorker();
    WorkerProcess worker = new WorkerProcess(python, process);
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write((token + "\n").getBytes(StandardCharsets.UTF_8));
      lifeline.flush();
    } catch (IOException e) {
      LOG.debug("worker {} did not take its token", process.pid(), e); // port() reports why
    }
    return worker;
  }

  /** Waits for the process to print the port on which it listens. */
  int port() {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      if (line == null) {
        throw new EnvException("the bridge did not start: %s".formatted(ending()));
      }
      String[] words = line.split(" ", -1);
      if (words.length != 3 || !words[0].equals("ppo4j-bridge")) {
        throw new EnvException(
            ("%s printed '%s' before the bridge started: expected no output but the bridge's line, "
                    + "so remove what prints when Python starts, such as a sitecustomize module")
                .formatted(python, line));
      }
      if (Integer.parseInt(words[1]) != PROTOCOL) {
        throw python.otherBridge(
            "speaks version %s of the protocol instead of %d".formatted(words[1], PROTOCOL));
      }
      return Integer.parseInt(words[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return process.pid();
  }

  /** Describes how the process ended and what it printed last, for an error message. */
  String ending() {
    String how;
    if (waitFor(Duration.ofSeconds(1))) {
      int status = process.exitValue();
      how = status > 128 ? "it was killed by signal " + (status - 128) : "it exited with " + status;
    } else {
      how = "it runs but no longer answers";
    }
    return how + lastErrors();
  }

  /** Returns the last lines of standard error, indented, or an empty string. */
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
          : "; its last lines on standard error:\n  " + String.join("\n  ", errors);
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
    List<ProcessHandle> started = process.descendants().toList(); // found before they are orphans
    closeLifeline();
    waitFor(limit);
    started.forEach(ProcessHandle::destroyForcibly);
    kill();
  }

  /** Kills the process and those that it started. */
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
