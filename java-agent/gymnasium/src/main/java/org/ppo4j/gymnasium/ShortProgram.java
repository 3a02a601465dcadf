package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.ppo4j.env.EnvException;

/** Runs programs that print a few lines and end. */
final class ShortProgram {
  private static final long LIMIT_SECONDS = 30;

  private ShortProgram() {}

  /**
   * Returns the standard output of a command, or nothing if it fails or takes more than 30 seconds.
   *
   * @throws IOException if there is no such program
   * @throws EnvException if the thread is interrupted
   */
  static Optional<String> output(List<String> command) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
    WorkerPython.ignoreCurrentFolder(builder);
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        return Optional.empty();
      }
      byte[] printed = process.getInputStream().readAllBytes();
      return Optional.of(new String(printed, StandardCharsets.UTF_8).strip());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EnvException("interrupted while %s ran".formatted(command.getFirst()), e);
    } finally {
      process.destroyForcibly().onExit().join();
    }
  }
}
