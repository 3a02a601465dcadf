package org.ppo4j.agent.run;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes {@code episodes.csv}: one line for each episode that ended, in the order they did. */
final class EpisodeLog implements AutoCloseable {
  private final Path file;
  private final BufferedWriter writer;

  EpisodeLog(Path file) {
    this.file = file;
    try {
      writer = Files.newBufferedWriter(file);
      writer.write("global_step,episodic_return,episodic_length\n");
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  void episode(long globalStep, double episodicReturn, int length) {
    try {
      writer.append(Long.toString(globalStep)).append(',');
      writer.append(Double.toString(episodicReturn)).append(',');
      writer.append(Integer.toString(length)).append('\n');
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  void flush() {
    try {
      writer.flush();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException cause) {
    return new UncheckedIOException(
        "cannot write %s: %s".formatted(file, cause.getMessage()), cause);
  }
}
