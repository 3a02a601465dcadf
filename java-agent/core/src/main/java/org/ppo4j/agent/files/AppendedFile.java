package org.ppo4j.agent.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file of records that a training appends to, buffered.
 *
 * <p>While the file cannot be written, because the disk is full, for example, records wait in
 * memory, up to 16 MB; later ones are lost. {@link #flush} and {@link #force} try again, and only
 * {@link #close} throws an exception. The file ends with a whole record at any time: what was
 * written of a record before a failure is cut off. A file that was deleted is made again.
 */
public final class AppendedFile implements AutoCloseable {
  private static final int CHUNK = 1 << 13;
  private static final int MOST_WAITING = 1 << 24;

  private final Path path;
  private final byte[] beginning;
  private final boolean locked;
  private final WriteTrouble trouble;

  /** Null before the file is made. */
  private @Nullable FileChannel channel;

  /** What tells the file from another of its name; null if the file system does not. */
  private @Nullable Object key;

  /** The length of the records in the file, in bytes. */
  private long end;

  /** What is not in the file yet: whole records, and then the one that is being written. */
  private byte[] waiting = new byte[2 * CHUNK];

  private int whole;
  private int length;
  private boolean begun;
  private long waitingRecords;
  private long lost;
  private @Nullable IOException failure;

  /**
   * Appends from the channel's position; closing this closes the channel.
   *
   * @param beginning the record that a new file begins with
   * @param locked whether the file is locked, and must be if it is made again
   */
  public AppendedFile(
      Path path, FileChannel channel, byte[] beginning, boolean locked, WriteTrouble trouble)
      throws IOException {
    this(path, beginning, locked, trouble);
    this.channel = channel;
    key = attributes(path).fileKey();
    end = channel.position();
    if (end == 0) {
      begin();
    }
  }

  /** Describes a file that is made when something is written to it. */
  public AppendedFile(Path path, byte[] beginning, WriteTrouble trouble) {
    this(path, beginning, false, trouble);
  }

  private AppendedFile(Path path, byte[] beginning, boolean locked, WriteTrouble trouble) {
    this.path = path;
    this.beginning = beginning.clone();
    this.locked = locked;
    this.trouble = trouble;
  }

  /** Writes the first {@code count} of {@code bytes}, a part of a record. */
  public void write(byte[] bytes, int count) {
    if (count > waiting.length - length) {
      waiting = Arrays.copyOf(waiting, Math.max(2 * waiting.length, length + count));
    }
    System.arraycopy(bytes, 0, waiting, length, count);
    length += count;
  }

  /** Ends a record. */
  public void endRecord() {
    if (failure != null && length > MOST_WAITING) {
      length = whole;
      if (lost++ == 0) {
        trouble.say(
            "%d MB wait to be written to %s; what comes until it can be written is lost"
                .formatted(MOST_WAITING >> 20, path));
      }
      return;
    }
    whole = length;
    waitingRecords++;
    if (failure == null && whole >= CHUNK) {
      drain(false);
    }
  }

  public void flush() {
    drain(true);
  }

  /** Returns when everything written is on the disk, or cannot be written. */
  public void force() {
    drain(true);
    FileChannel open = channel;
    if (failure == null && open != null) {
      try {
        open.force(false);
      } catch (IOException e) {
        failed(e);
      }
    }
  }

  /**
   * Writes what waits and closes the file.
   *
   * @throws UncheckedIOException if that fails; the file then ends with a whole record, and a
   *     warning gives the number of those that are lost
   */
  @Override
  public void close() {
    drain(true);
    IOException last = failure;
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      last = e;
    }
    if (last != null) {
      if (waitingRecords + lost > 0) {
        trouble.say("the last %d records of %s are lost".formatted(waitingRecords + lost, path));
      }
      throw cannotWrite(last);
    }
  }

  /** Writes the whole records that wait. */
  private void drain(boolean check) {
    try {
      FileChannel open = channel;
      if (open == null || !open.isOpen()) {
        open = make();
      } else if (check) {
        open = present(open);
      }
      if (failure != null && open.size() > end) {
        open.truncate(end);
      }
      ByteBuffer records = ByteBuffer.wrap(waiting, 0, whole);
      open.position(end);
      while (records.hasRemaining()) {
        open.write(records);
      }
    } catch (IOException e) {
      cut();
      failed(e);
      return;
    }
    end += whole;
    System.arraycopy(waiting, whole, waiting, 0, length - whole);
    length -= whole;
    whole = 0;
    waitingRecords = 0;
    if (failure != null) {
      failure = null;
      if (lost > 0) {
        trouble.say("%d records of %s were lost".formatted(lost, path));
        lost = 0;
      }
      trouble.recovered(path);
    }
  }

  /** Returns the channel of the file that has the name now, made if there is none. */
  private FileChannel present(FileChannel open) throws IOException {
    BasicFileAttributes now;
    try {
      now = attributes(path);
    } catch (NoSuchFileException e) {
      FileChannel made = make();
      trouble.say("%s was deleted or moved; it is made again".formatted(path));
      return made;
    }
    if (Objects.equals(now.fileKey(), key)) {
      return open;
    }
    if (now.size() != end) {
      throw new IOException("it was replaced by another file");
    }
    FileChannel copy =
        FileChannel.open(path, StandardOpenOption.WRITE); // moved away and copied back
    replace(copy, now.fileKey());
    return copy;
  }

  private FileChannel make() throws IOException {
    FileChannel made;
    try {
      made = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      throw new IOException("its folder was deleted or moved", e);
    }
    replace(made, attributes(path).fileKey());
    if (!begun || end > 0) { // otherwise the first record waits already
      end = 0;
      begin();
    }
    return made;
  }

  private void replace(FileChannel another, @Nullable Object itsKey) throws IOException {
    FileChannel before = channel;
    if (locked && !isFree(another)) {
      another.close();
      throw new IOException("it is in use by another training");
    }
    channel = another;
    key = itsKey;
    if (before != null) {
      before.close();
    }
  }

  /**
   * Locks a file until its channel is closed; returns false if another training has it. Where the
   * file system has no locks, every file is free.
   */
  public static boolean isFree(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Locks a file of a run folder until its channel is closed, which refuses a second training where
   * the file system has locks.
   *
   * @throws IllegalArgumentException if another training has it; the channel is then closed
   * @throws IOException if the channel cannot be closed
   */
  public static void lock(FileChannel channel, String folder) throws IOException {
    if (!isFree(channel)) {
      channel.close();
      throw new IllegalArgumentException(
          "the run folder %s is in use by another training; wait for its end".formatted(folder));
    }
  }

  /** Puts the first record before those that wait. */
  private void begin() {
    begun = true;
    byte[] after = Arrays.copyOf(waiting, length);
    int records = whole;
    length = 0;
    write(beginning, beginning.length);
    write(after, after.length);
    whole = beginning.length + records;
  }

  /** Cuts off what a failed write left of a record. */
  private void cut() {
    try {
      if (channel != null && channel.isOpen() && channel.size() > end) {
        channel.truncate(end);
      }
    } catch (IOException e) {
      // The next attempt cuts first; the caller reports the failure that led here.
    }
  }

  private void failed(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      throw cannotWrite(e);
    }
    failure = e;
    trouble.failed(path, "cannot write %s: %s".formatted(path, IoErrors.reason(e)));
  }

  private UncheckedIOException cannotWrite(IOException cause) {
    return IoErrors.unchecked("cannot write " + path, cause);
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }
}
