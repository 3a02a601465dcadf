package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Map;
import org.ppo4j.agent.files.AppendedFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.WriteTrouble;

/**
 * Writes scalars, and a run's hyperparameters, to a TensorBoard event file.
 *
 * <p>The file is a sequence of TFRecords: {@code uint64 length, uint32 maskedCrc(length), data,
 * uint32 maskedCrc(data)}, little-endian, with CRC-32C. The data is a protocol buffer {@code
 * tensorflow.Event}, encoded here field by field, since the two message types needed are smaller
 * than a dependency on TensorFlow's:
 *
 * <pre>
 * Event         { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
 * Summary       { repeated Value value = 1; }
 * Summary.Value { string tag = 1; float simple_value = 2; }
 * </pre>
 */
public final class EventWriter implements AutoCloseable {
  static final int WALL_TIME = 1;
  static final int STEP = 2;
  private static final int FILE_VERSION = 3;
  static final int SUMMARY = 5;
  static final int VALUE = 1;
  static final int TAG = 1;
  static final int SIMPLE_VALUE = 2;
  private static final int LENGTH_DELIMITED = 2;
  private static final int HEADER_LENGTH = Long.BYTES + Integer.BYTES;

  private final AppendedFile file;
  private final ByteBuffer header =
      ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer footer =
      ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);

  /** Creates an event file in {@code folder}, named after {@code time}. */
  public static EventWriter create(Path folder, Instant time) {
    return create(folder, time, trouble());
  }

  /**
   * Creates an event file.
   *
   * @param trouble is notified when the file cannot be written later
   */
  public static EventWriter create(Path folder, Instant time, WriteTrouble trouble) {
    Path file = folder.resolve("events.out.tfevents.%d.ppo4j".formatted(time.getEpochSecond()));
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      return new EventWriter(file, channel, time, trouble);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  /**
   * Continues {@code file} after the events up to {@code globalStep}; drops later ones.
   *
   * @param time the time of the first event, if the file has none
   * @param trouble is notified when the file cannot be written later
   */
  public static EventWriter resume(Path file, long globalStep, Instant time, WriteTrouble trouble) {
    try {
      long end =
          EventReader.endOf(
              file,
              globalStep,
              step ->
                  trouble.say(
                      "%s is damaged after step %d; what follows is lost up to step %d"
                          .formatted(file, step, globalStep)));
      FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
      channel.truncate(end).position(end);
      return new EventWriter(file, channel, time, trouble);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }

  private EventWriter(Path file, FileChannel channel, Instant time, WriteTrouble trouble)
      throws IOException {
    this.file = new AppendedFile(file, channel, first(time), false, trouble);
  }

  private static WriteTrouble trouble() {
    return new WriteTrouble(WriteTrouble.log(), "what is missing waits in memory");
  }

  /** Returns the record that every file begins with. */
  private static byte[] first(Instant time) throws IOException {
    byte[] event = new byte[64];
    CodedOutputStream message = CodedOutputStream.newInstance(event);
    message.writeDouble(WALL_TIME, seconds(time));
    message.writeString(FILE_VERSION, "brain.Event:2");
    int length = message.getTotalBytesWritten();
    return ByteBuffer.allocate(HEADER_LENGTH + length + Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(header(length))
        .put(event, 0, length)
        .putInt(MaskedCrc.of(event, length))
        .array();
  }

  private static byte[] header(int length) {
    ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length);
    return header.putInt(MaskedCrc.of(header.array(), Long.BYTES)).array();
  }

  /** Writes one value of the curve {@code tag}. */
  public void scalar(Instant time, long step, String tag, double value) {
    int valueSize =
        CodedOutputStream.computeStringSize(TAG, tag)
            + CodedOutputStream.computeFloatSize(SIMPLE_VALUE, (float) value);
    int summarySize =
        CodedOutputStream.computeTagSize(VALUE)
            + CodedOutputStream.computeUInt32SizeNoTag(valueSize)
            + valueSize;
    int eventSize =
        CodedOutputStream.computeDoubleSize(WALL_TIME, 0)
            + CodedOutputStream.computeInt64Size(STEP, step)
            + CodedOutputStream.computeTagSize(SUMMARY)
            + CodedOutputStream.computeUInt32SizeNoTag(summarySize)
            + summarySize;
    byte[] event = new byte[eventSize];
    CodedOutputStream message = CodedOutputStream.newInstance(event);
    try {
      message.writeDouble(WALL_TIME, seconds(time));
      message.writeInt64(STEP, step);
      message.writeTag(SUMMARY, LENGTH_DELIMITED);
      message.writeUInt32NoTag(summarySize);
      message.writeTag(VALUE, LENGTH_DELIMITED);
      message.writeUInt32NoTag(valueSize);
      message.writeString(TAG, tag);
      message.writeFloat(SIMPLE_VALUE, (float) value);
      message.checkNoSpaceLeft();
    } catch (IOException e) {
      throw new IllegalStateException(e); // the array is as long as the message
    }
    record(event, eventSize);
  }

  /**
   * Writes the hyperparameters of a run, for the tab HParams, and as a table for the tab Text, as
   * CleanRL writes it.
   *
   * @param values numbers, booleans and others by name
   */
  public void hyperparameters(Instant time, Map<String, Object> values) {
    StringBuilder table = new StringBuilder("|param|value|\n|-|-|");
    values.forEach((name, value) -> table.append("\n|%s|%s|".formatted(name, value)));
    double seconds = seconds(time);
    byte[] text = PluginValue.event(seconds, PluginValue.text("hyperparameters", table.toString()));
    record(text, text.length);
    byte[] tab = PluginValue.event(seconds, PluginValue.hyperparameters(values, seconds));
    record(tab, tab.length);
  }

  public void flush() {
    file.flush();
  }

  /** Returns once all events are on the disk, or cannot be written. */
  public void force() {
    file.force();
  }

  @Override
  public void close() {
    file.close();
  }

  private void record(byte[] data, int length) {
    header.clear().putLong(length);
    header.putInt(MaskedCrc.of(header.array(), Long.BYTES));
    file.write(header.array(), header.capacity());
    file.write(data, length);
    footer.clear().putInt(MaskedCrc.of(data, length));
    file.write(footer.array(), footer.capacity());
    file.endRecord();
  }

  private static double seconds(Instant time) {
    return time.getEpochSecond() + time.getNano() * 1e-9;
  }
}
