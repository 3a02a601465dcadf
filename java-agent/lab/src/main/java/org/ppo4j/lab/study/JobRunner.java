package org.ppo4j.lab.study;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.run.RunFolder;
import org.slf4j.LoggerFactory;

/**
 * Runs jobs, several at a time, each in a separate process, so that a crash affects no other job.
 * Skips jobs that have finished, and resumes unfinished ones from their last checkpoint if
 * possible. When this process is stopped, it stops its children and waits until they have written
 * their checkpoints. When it is killed, they are stopped too: a shell beside each child waits for
 * the end of its standard input, which this process holds. A folder in which a training runs is
 * never emptied.
 */
public final class JobRunner {
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  /** Java and shells add this to the number of the signal that killed a process. */
  private static final int KILLED = 128;

  private static final Duration PATIENCE =
      Duration.ofSeconds(70); // longer than a training's own patience

  /** How long the training of an earlier process may take to end. */
  private static final Duration UNTIL_FREE = Duration.ofSeconds(30);

  /**
   * A shell script that runs its arguments as a command, passes signals on to it, and ends it at
   * the end of standard input.
   */
  private static final String GUARD =
      """
      exec 3<&0
      "$@" 3<&- </dev/null &
      job=$!
      trap 'kill "$job" 2>/dev/null' INT TERM HUP
      (trap '' INT HUP; while read -r _ <&3; do :; done; kill "$job" 2>/dev/null) >/dev/null 2>&1 &
      guard=$!
      exec 3<&-
      while :; do
        wait "$job"
        code=$?
        kill -0 "$job" 2>/dev/null || break
      done
      kill "$guard" 2>/dev/null
      exit "$code"
      """;

  private static final boolean HAS_SHELL = !System.getProperty("os.name").startsWith("Windows");

  private final int atATime;
  private final Map<String, String> environment;
  private final Consumer<String> progress;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;

  /**
   * @param atATime the number of jobs that run at the same time
   * @param environment variables that every job gets in addition to this process's
   * @param progress receives a line for each job that starts or ends, on any thread
   */
  public JobRunner(int atATime, Map<String, String> environment, Consumer<String> progress) {
    this.atATime = atATime;
    this.environment = Map.copyOf(environment);
    this.progress = progress;
  }

  /** Runs all jobs; one that fails leaves a line in its {@code .crash} file. */
  public void run(List<Job> jobs) {
    LoggerFactory.getILoggerFactory(); // here, and not by several threads at once, which it reports
    Thread hook = new Thread(this::stop, "stop jobs");
    Runtime.getRuntime().addShutdownHook(hook);
    try (ExecutorService pool = Executors.newFixedThreadPool(atATime)) {
      List<Future<?>> futures = new ArrayList<>();
      for (Job job : jobs) {
        if (job.isDone()) {
          progress.accept(job.name() + " has finished already");
        } else {
          futures.add(pool.submit(() -> runOne(job)));
        }
      }
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      stop();
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
    } finally {
      if (!stopping) {
        Runtime.getRuntime().removeShutdownHook(hook);
      }
    }
  }

  private void stop() {
    stopping = true;
    if (!running.isEmpty()) {
      progress.accept(
          "Stopping; the same command resumes from the checkpoints that are written now.");
    }
    running.forEach(Process::destroy);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Process process : running) {
        if (!process.waitFor(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          process.destroyForcibly();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void runOne(Job job) {
    if (stopping) {
      return;
    }
    try {
      requireFree(job);
      Files.deleteIfExists(job.done());
      List<String> command = begin(job);
      long start = System.nanoTime();
      ProcessBuilder builder =
          new ProcessBuilder(guarded(command))
              .directory(job.workingFolder().toFile())
              .redirectErrorStream(true)
              .redirectOutput(job.log().toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      running.add(process);
      try (OutputStream _ = process.getOutputStream()) { // open as long as the child may run
        if (stopping) {
          process.destroy();
        }
        int exitCode = process.waitFor();
        running.remove(process);
        ended(job, exitCode, (System.nanoTime() - start) * 1e-9);
      }
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot run " + job.name(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> guarded(List<String> command) {
    if (!HAS_SHELL) {
      return command;
    }
    List<String> guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, "sh"));
    guarded.addAll(command);
    return guarded;
  }

  /**
   * Waits for a training that an earlier process started and that is still ending.
   *
   * @throws IllegalArgumentException if it does not end
   */
  private void requireFree(Job job) throws InterruptedException {
    long deadline = System.nanoTime() + UNTIL_FREE.toNanos();
    boolean told = false;
    while (RunFolder.isInUse(job.folder())) {
      if (System.nanoTime() > deadline || stopping) {
        throw new IllegalArgumentException(
            "a training is running in %s; wait for its end".formatted(job.folder()));
      }
      if (!told) {
        progress.accept("%s waits for a training in %s".formatted(job.name(), job.folder()));
        told = true;
      }
      Thread.sleep(200);
    }
  }

  /** Prepares a job's folder and returns the command to run. */
  private List<String> begin(Job job) throws IOException {
    Optional<Path> checkpoint = job.checkpoint();
    if (checkpoint.isPresent()) {
      progress.accept("%s resumes from %s".formatted(job.name(), checkpoint.get().getFileName()));
      append(job.resumed(), "resumed from " + checkpoint.get().getFileName());
      return job.resumption();
    }
    progress.accept(job.name() + " starts");
    Files.deleteIfExists(job.resumed());
    FileUtils.deleteDirectory(job.folder().toFile());
    Files.createDirectories(job.folder());
    return job.command();
  }

  private void ended(Job job, int exitCode, double seconds) throws IOException {
    if (exitCode == 0) {
      Files.createFile(job.done());
      progress.accept(
          "%s is done after %.0f s%s".formatted(job.name(), seconds, meanReturn(job.folder())));
    } else if (!stopping && exitCode != INTERRUPTED && exitCode != TERMINATED) {
      String crash =
          exitCode > KILLED
              ? "was ended by signal %d%s"
                  .formatted(
                      exitCode - KILLED, exitCode - KILLED == 9 ? ", possibly out of memory" : "")
              : "ended with exit code %d: %s".formatted(exitCode, lastLine(job.log()));
      append(job.crash(), crash);
      progress.accept("%s %s".formatted(job.name(), crash));
    }
  }

  /** Returns the mean return that a run of ppo4j ended with; empty for another program's. */
  private static String meanReturn(Path folder) {
    if (!Files.exists(folder.resolve("summary.json"))) {
      return "";
    }
    Double mean = RunFolder.open(folder).summary().last100MeanReturn();
    return mean == null
        ? ", no episode ended"
        : String.format(Locale.ROOT, ", mean return %.1f of the last episodes", mean);
  }

  private static void append(Path file, String line) throws IOException {
    Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static String lastLine(Path log) throws IOException {
    return Files.readAllLines(log, StandardCharsets.ISO_8859_1).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("Try ./ppo4j "))
        .reduce((before, after) -> after)
        .orElse("it printed nothing");
  }
}
