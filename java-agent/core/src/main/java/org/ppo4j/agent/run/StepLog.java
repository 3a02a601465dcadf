package org.ppo4j.agent.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.WriteTrouble;

/**
 * A CSV file whose first column is the global step, in ascending order: {@code episodes.csv} and
 * {@code evaluations.csv}.
 */
final class StepLog implements AutoCloseable {
  private final AppendedFile file;

  private StepLog(AppendedFile file) {
    this.file = file;
  }

  /** Makes the file when it is flushed. */
  static StepLog create(Path file, String header, WriteTrouble trouble) {
    return new StepLog(new AppendedFile(file, line(header), trouble));
  }

  /**
   * Continues the file after the rows of steps up to {@code globalStep}; later ones are deleted.
   * Makes the file if there is none.
   *
   * @param whenLocked called before anything is deleted, and not if another training has the file
   * @param trouble is notified when the file cannot be written later
   */
  static StepLog resume(
      Path file, String header, long globalStep, Runnable whenLocked, WriteTrouble trouble) {
    try {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      AppendedFile.lock(channel, String.valueOf(file.toAbsolutePath().getParent()));
      whenLocked.run();
      long end = globalStep < 0 ? 0 : endOf(file, line(header), channel, globalStep, trouble);
      channel.truncate(end).position(end);
      return new StepLog(new AppendedFile(file, channel, line(header), true, trouble));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  /** Writes a row; {@code values} are the columns after the first. */
  void row(long globalStep, Number... values) {
    StringBuilder row = new StringBuilder().append(globalStep);
    for (Number value : values) {
      row.append(',').append(value);
    }
    byte[] bytes = line(row.toString());
    file.write(bytes, bytes.length);
    file.endRecord();
  }

  void flush() {
    file.flush();
  }

  /** Returns once all rows are on the disk, or cannot be written. */
  void force() {
    file.force();
  }

  @Override
  public void close() {
    file.close();
  }

  private static byte[] line(String text) {
    return (text + "\n").getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] bytes(CharSequence line) {
    return line.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /**
   * Returns the bytes that the header and the rows up to {@code globalStep} take. The file is
   * ASCII, and a line that a power cut left incomplete or garbled ends it. Rows that are lost so
   * are reported. Nothing is closed here: on POSIX that would release the lock.
   */
  private static long endOf(
      Path file, byte[] header, FileChannel channel, long globalStep, WriteTrouble trouble)
      throws IOException {
    Reader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.ISO_8859_1));
    long end = 0;
    long number = 1;
    StringBuilder line = new StringBuilder();
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      line.append((char) c);
      if (c == '\n') {
        if (end == 0 && !Arrays.equals(header, bytes(line))) {
          trouble.say("%s does not begin with its header, and starts again".formatted(file));
          return 0;
        }
        if (end > 0 && stepOf(line) > globalStep) {
          if (stepOf(line) == Long.MAX_VALUE) {
            trouble.say(
                "line %d of %s is not a row; it and what follows is lost".formatted(number, file));
          }
          return end;
        }
        number++;
        end += line.length();
        line.setLength(0);
      }
    }
    return end;
  }

  private static long stepOf(CharSequence line) {
    long step = 0;
    int i = 0;
    for (; line.charAt(i) >= '0' && line.charAt(i) <= '9'; i++) {
      step = step * 10 + line.charAt(i) - '0';
    }
    return i > 0 && line.charAt(i) == ',' ? step : Long.MAX_VALUE;
  }
}
