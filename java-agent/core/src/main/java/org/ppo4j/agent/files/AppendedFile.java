package org.ppo4j.agent.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A file that a training writes to at its end, buffered; the one home of what is said if it fails.
 */
public final class AppendedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final OutputStream out;

  /** Writes from the channel's position on; closing this closes it. */
  public AppendedFile(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
    out = new BufferedOutputStream(Channels.newOutputStream(channel));
  }

  /** Writes the first {@code length} of {@code bytes}. */
  public void write(byte[] bytes, int length) {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  /** Returns once everything written is on the disk. */
  public void force() {
    try {
      out.flush();
      channel.force(false);
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotWrite(path, e);
    }
  }

  public static UncheckedIOException cannotWrite(Path path, IOException cause) {
    return new UncheckedIOException(
        "cannot write %s: %s".formatted(path, cause.getMessage()), cause);
  }
}
