package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What environments print and warn of. Gymnasium's warnings are logged, each once in this JVM;
 * everything goes to the file that the configuration names, if it names one.
 */
final class EnvironmentOutput implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EnvironmentOutput.class);

  /** Starts a line with a warning of Gymnasium's, {@code reports.py}. */
  private static final String MARK = "ppo4j-warning: ";

  /** The number of different warnings that are logged. */
  private static final int MOST_WARNINGS = 100;

  private static final Set<String> WARNINGS = new HashSet<>();

  private final String id;
  private final @Nullable PrintStream out;
  private final boolean isFile;

  /**
   * Opens the output of {@code config}.
   *
   * @throws EnvException if its file cannot be written
   */
  EnvironmentOutput(PythonEnvConfig config) {
    id = config.id();
    Path file = config.output();
    isFile = file != null && !file.equals(PythonEnvConfig.STANDARD_ERROR);
    if (file == null) {
      out = null;
    } else {
      out = isFile ? open(file) : System.err;
    }
  }

  private static PrintStream open(Path file) {
    try {
      return new PrintStream(
          Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND),
          true,
          StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new EnvException(
          "cannot write what environments print to %s (output, --env-output): %s; expected a file in an existing folder"
              .formatted(file, e),
          e);
    }
  }

  /**
   * Receives a line that worker {@code worker} printed.
   *
   * @return whether it is the environment's own, not a warning of Gymnasium's
   */
  boolean line(int worker, String line) {
    boolean isWarning = line.startsWith(MARK);
    String text = isWarning ? line.substring(MARK.length()) : line;
    if (isWarning) {
      warn(text);
    }
    if (out != null) {
      out.println("worker %d: %s".formatted(worker, text));
    }
    return !isWarning;
  }

  private void warn(String text) {
    String warning = "Warning: %s: %s".formatted(id, text);
    synchronized (WARNINGS) {
      if (WARNINGS.size() >= MOST_WARNINGS || !WARNINGS.add(warning)) {
        return;
      }
    }
    LOG.warn("{}", warning);
  }

  @Override
  public void close() {
    if (out != null && isFile) {
      out.close();
    }
  }
}
