package org.ppo4j.agent.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The file operations that {@link AtomicFile} uses. Only forced data is guaranteed to survive a
 * power cut, and only forced data reaches the disk in the order it was written.
 */
public interface Storage {
  /** The file system. */
  Storage DISK = new Disk();

  /** A file being written. */
  abstract class Output extends OutputStream {
    /** Returns when everything written is on the disk. */
    abstract void force() throws IOException;
  }

  /** Creates the file, or truncates it. */
  Output create(Path file) throws IOException;

  /** Renames atomically, replacing {@code to}. */
  void rename(Path from, Path to) throws IOException;

  /** Returns when the names of the folder's files are on the disk. */
  void forceFolder(Path folder) throws IOException;

  void deleteIfExists(Path file) throws IOException;

  /** The file system. */
  final class Disk implements Storage {
    private Disk() {}

    @Override
    public Output create(Path file) throws IOException {
      return new FileOutput(
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE));
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Does nothing on Windows, where a folder cannot be opened. */
    @Override
    public void forceFolder(Path folder) throws IOException {
      if (System.getProperty("os.name").startsWith("Windows")) {
        return;
      }
      try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }

    @Override
    public void deleteIfExists(Path file) throws IOException {
      Files.deleteIfExists(file);
    }
  }

  /** A file of the file system. */
  final class FileOutput extends Output {
    private final FileChannel channel;
    private final OutputStream stream;

    private FileOutput(FileChannel channel) {
      this.channel = channel;
      stream = Channels.newOutputStream(channel);
    }

    @Override
    public void write(int b) throws IOException {
      stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      stream.write(bytes, from, length);
    }

    @Override
    void force() throws IOException {
      channel.force(true);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
