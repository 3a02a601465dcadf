package org.ppo4j.agent.files;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.LoggerFactory;

/**
 * Reports that files cannot be written, and that they can be written again: one sentence for the
 * first file of a group that fails, and one when the last of them is written.
 */
public final class WriteTrouble {
  private final Consumer<String> warnings;
  private final String consequence;
  private final Set<Path> failing = new HashSet<>();

  /**
   * Creates a group of files, all of which are written now.
   *
   * @param warnings receives the sentences
   * @param consequence a clause on what happens to the data, the end of the first sentence
   */
  public WriteTrouble(Consumer<String> warnings, String consequence) {
    this.warnings = warnings;
    this.consequence = consequence;
  }

  /** Returns a receiver of warnings that logs them. */
  public static Consumer<String> log() {
    return LoggerFactory.getLogger(WriteTrouble.class)::warn;
  }

  /** Reports that {@code file} cannot be written, unless a file of the group fails already. */
  public void failed(Path file, String message) {
    if (failing.add(file) && failing.size() == 1) {
      say(message + "; " + consequence);
    }
  }

  /** Reports that the files can be written again, if {@code file} was the last that failed. */
  public void recovered(Path file) {
    if (failing.remove(file) && failing.isEmpty()) {
      say("%s can be written again".formatted(file));
    }
  }

  /** Reports something else. */
  public void say(String message) {
    warnings.accept("Warning: " + message);
  }
}
