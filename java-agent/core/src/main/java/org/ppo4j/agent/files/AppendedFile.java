package org.ppo4j.agent.files;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file that a training appends to, buffered. */
public final class AppendedFile implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final OutputStream out;

  /** Appends from the channel's position; closing this closes the channel. */
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
      throw cannotWrite(e);
    }
  }

  public void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /** Returns when everything written is on the disk. */
  public void force() {
    try {
      out.flush();
      channel.force(false);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private UncheckedIOException cannotWrite(IOException cause) {
    return IoErrors.unchecked("cannot write " + path, cause);
  }
}
