package org.ppo4j.lab.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ppo4j.agent.files.IoErrors;

/** Runs commands to completion, one at a time; ends the running one when this JVM shuts down. */
final class ChildProcess implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(30);
  private static final int INTERRUPTED = 130;
  private static final int TERMINATED = 143;

  private static final String THROWN = "Exception in thread \"main\" ";

  private final Thread hook = new Thread(this::stop, "stop the running program");
  private volatile boolean stopping;
  private volatile Optional<ProcessHandle> running = Optional.empty();

  ChildProcess() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Runs a command, with its output in {@code stdout.txt} and {@code stderr.txt} of {@code folder}.
   *
   * @throws ProgramException if it fails or takes longer than half an hour
   * @throws InterruptedException if this JVM is shutting down, or the child ended by SIGINT or
   *     SIGTERM
   */
  CompletedRun run(List<String> command, Map<String, String> environment, Path folder)
      throws InterruptedException {
    Path stdout = folder.resolve("stdout.txt");
    Path stderr = folder.resolve("stderr.txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      builder.environment().putAll(environment);
      long start = System.nanoTime();
      Process process = builder.start();
      running = Optional.of(process.toHandle());
      process.getOutputStream().close();
      boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      double seconds = (System.nanoTime() - start) * 1e-9;
      if (!ended) {
        end(process.toHandle());
        throw new ProgramException("it did not end within %d min".formatted(LIMIT.toMinutes()));
      }
      int exitCode = process.exitValue();
      if (stopping || exitCode == INTERRUPTED || exitCode == TERMINATED) {
        throw new InterruptedException();
      }
      if (exitCode != 0) {
        throw new ProgramException(
            "it ended with exit code %d: %s".formatted(exitCode, lastWords(stdout, stderr)));
      }
      return new CompletedRun(
          Files.readString(stdout, StandardCharsets.ISO_8859_1), seconds, folder);
    } catch (IOException e) {
      throw new ProgramException("it cannot be run: " + e.getMessage(), e);
    }
  }

  /** Returns the exception of a Java program, otherwise the last line, as Python prints it. */
  private static String lastWords(Path stdout, Path stderr) {
    List<String> lines =
        Stream.of(stdout, stderr)
            .flatMap(ChildProcess::lines)
            .filter(line -> !line.isBlank())
            .toList();
    return lines.stream()
        .filter(line -> line.startsWith(THROWN))
        .map(line -> line.substring(THROWN.length()))
        .findFirst()
        .orElse(lines.isEmpty() ? "it printed nothing" : lines.getLast().strip());
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1).stream();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  private void stop() {
    stopping = true;
    running.ifPresent(ChildProcess::end);
  }

  private static void end(ProcessHandle process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    all.forEach(ProcessHandle::destroy);
  }

  @Override
  public void close() {
    if (!stopping) {
      Runtime.getRuntime().removeShutdownHook(hook);
    }
  }
}
