package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process {@code python -m ppo4j_bridge}: the guard of a worker, which is its child and steps
 * the environments.
 *
 * <p>Its standard input is its lifeline: it receives the tokens, and the process ends when it is
 * closed, which the kernel does when this JVM dies. Its standard output is one line, with the port.
 * The last lines of its standard error are kept for error messages.
 */
final class WorkerProcess {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);
  private static final int PROTOCOL = 6;

  /** Introduces the lines of standard error in a message. */
  static final String LAST_LINES = "; its last lines on standard error:";

  private static final int KEPT_LINES = 20;

  /** The characters of standard error that a message shows. */
  private static final int KEPT_CHARACTERS = 4000;

  private static final Duration TO_DIE = Duration.ofSeconds(5);

  private final WorkerPython python;
  private final Process process;
  private final Deque<String> errors = new ArrayDeque<>();
  private final Thread errorReader;
  private volatile long workerPid;
  private boolean groupKilled;

  private WorkerProcess(WorkerPython python, Process process, int worker, EnvironmentOutput out) {
    this.python = python;
    this.process = process;
    errorReader =
        Thread.ofPlatform()
            .daemon()
            .name("ppo4j-stderr-" + process.pid())
            .start(() -> keepErrors(worker, out));
  }

  /**
   * Starts a process.
   *
   * @param tokens are written to the lifeline
   * @param hashSeed the value of {@code PYTHONHASHSEED}
   * @param worker the number of the worker, for {@code out}
   * @param out receives what it prints
   */
  static WorkerProcess start(
      WorkerPython python,
      WorkerTokens tokens,
      String hashSeed,
      int worker,
      EnvironmentOutput out) {
    Process process = python.startWorker(hashSeed);
    WorkerProcess started = new WorkerProcess(python, process, worker, out);
    try {
      OutputStream lifeline = process.getOutputStream();
      lifeline.write(tokens.lines().getBytes(StandardCharsets.UTF_8));
      lifeline.flush();
    } catch (IOException e) {
      LOG.debug("worker {} did not take its tokens", process.pid(), e); // port() reports why
    }
    return started;
  }

  /** Waits for the process to print the port on which it listens. */
  int port() {
    List<String> lines = new ArrayList<>();
    try (InputStream output = process.getInputStream()) {
      PrintedLines.read(output, line -> !lines.add(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (lines.isEmpty()) {
      throw new EnvException(
          python.shadowing().orElseGet(() -> "the bridge did not start: " + ending()));
    }
    String line = lines.getFirst();
    String[] words = line.split(" ", -1);
    if (!words[0].equals("ppo4j-bridge") || words.length < 3) {
      throw new EnvException(
          ("%s printed '%s' before the bridge started: expected no output but the bridge's line, "
                  + "so remove what prints when Python starts, such as a sitecustomize module%s")
              .formatted(python, line, lastErrors()));
    }
    if (Integer.parseInt(words[1]) != PROTOCOL) {
      throw python.otherBridge(
          "speaks version %s of the protocol instead of %d".formatted(words[1], PROTOCOL));
    }
    workerPid = Long.parseLong(words[3]);
    return Integer.parseInt(words[2]);
  }

  /** Returns the id of the worker, or of its guard before the worker is known. */
  long pid() {
    return workerPid == 0 ? process.pid() : workerPid;
  }

  /**
   * Runs {@code action} on another thread when the process has ended. {@link Process#onExit} may
   * wait longer, for every process that holds the streams.
   */
  void onExit(Runnable action) {
    Thread.ofVirtual()
        .name("ppo4j-end-" + process.pid())
        .start(
            () -> {
              try {
                process.waitFor();
                action.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // nobody interrupts this thread
              }
            });
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Returns whether the worker or its guard is stopped (SIGSTOP); false where there is no /proc.
   */
  boolean isStopped() {
    return isStopped(process.pid())
        || (workerPid == 0
            ? process.children().anyMatch(child -> isStopped(child.pid()))
            : isStopped(workerPid));
  }

  private static boolean isStopped(long pid) {
    try {
      // pid (name) state parent ...; a name may contain anything, brackets too.
      byte[] stat = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat"));
      String text = new String(stat, StandardCharsets.ISO_8859_1);
      return text.startsWith(") T", text.lastIndexOf(')'));
    } catch (IOException e) { // it has ended
      return false;
    }
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
    Deque<String> shown = new ArrayDeque<>();
    synchronized (errors) {
      int characters = 0;
      for (String line : errors.reversed()) {
        characters += line.length();
        if (characters > KEPT_CHARACTERS && !shown.isEmpty()) {
          break;
        }
        shown.addFirst(line);
      }
    }
    return shown.isEmpty() ? "" : LAST_LINES + "\n  " + String.join("\n  ", shown);
  }

  /** Waits for the process to end and returns whether it did; an interruption is kept for later. */
  private boolean waitFor(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Gives the process, whose lifeline is closed, until {@code deadline} to end by itself.
   *
   * @param deadline on the clock of {@link System#nanoTime}
   * @return whether it ended
   */
  boolean ends(long deadline) {
    return waitFor(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
  }

  /** Closes the lifeline, after which the process ends. */
  void closeLifeline() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      LOG.debug("closing the lifeline of worker {}", pid(), e);
    }
  }

  /** Asks the guard to kill the worker and what it started; {@link #kill} waits for that. */
  void beginKill() {
    process.destroy();
  }

  /** Kills the process and those that it started. */
  void kill() {
    beginKill();
    closeLifeline();
    if (!waitFor(isStopped(process.pid()) ? Duration.ZERO : TO_DIE)) {
      List<ProcessHandle> started = process.descendants().toList(); // before they are orphans
      process.destroyForcibly();
      started.forEach(ProcessHandle::destroyForcibly);
      if (!waitFor(TO_DIE)) {
        LOG.warn("worker {} does not die", pid());
      }
    }
    if (!process.isAlive() && wasKilled(process.exitValue()) && !groupKilled) {
      groupKilled = true;
      python.killGroup(workerPid); // empty, unless it was the guard itself that was killed
    }
  }

  /**
   * Returns whether a signal ended the guard, which ends as its worker did: that signal may have
   * been its own. After SIGTERM it has done its work.
   */
  private static boolean wasKilled(int status) {
    return status > 128 && status != 128 + 15;
  }

  private void keepErrors(int worker, EnvironmentOutput out) {
    try (InputStream printed = process.getErrorStream()) {
      PrintedLines.read(
          printed,
          line -> {
            LOG.debug("worker {}: {}", process.pid(), line);
            if (out.line(worker, line)) {
              synchronized (errors) {
                errors.addLast(line);
                if (errors.size() > KEPT_LINES) {
                  errors.removeFirst();
                }
              }
            }
            return true;
          });
    } catch (IOException e) {
      LOG.debug("standard error of worker {}", process.pid(), e);
    }
  }
}
