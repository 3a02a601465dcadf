package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;

/**
 * Reads a TensorBoard event file, written by {@link EventWriter} or by PyTorch's {@code
 * SummaryWriter}, which CleanRL uses. Skips everything but scalars.
 *
 * <p>A record that a killed process or a power cut left unfinished or garbled ends the file: no
 * record after it is read.
 */
public final class EventReader {
  private static final int HEADER_LENGTH = Long.BYTES + Integer.BYTES;
  private static final int FIELD_SHIFT = 3;

  /** A longer record is taken for damage, so that a garbled length allocates no memory. */
  private static final int LONGEST_EVENT = 1 << 28;

  /**
   * One value of a curve.
   *
   * @param wallTime seconds since 1970
   * @param step the environment step
   * @param tag the curve's name
   * @param value the value, a float in the file
   */
  public record Scalar(double wallTime, long step, String tag, float value) {}

  /**
   * What a file holds in addition to its scalars.
   *
   * @param startTime the time of its first event, in seconds since 1970; NaN if it has none
   * @param complete whether it ends where an event ends, and every checksum fits
   */
  public record Outcome(double startTime, boolean complete) {}

  /** An event; {@code summary} is the encoded message, null if the event has none. */
  private record Event(double wallTime, long step, byte @Nullable [] summary) {}

  private final InputStream in;

  /** The length of the whole records that were read, in bytes. */
  private long position;

  private boolean damaged;

  private EventReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads a file from its start to its end or its first damage.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Outcome read(Path file, Consumer<Scalar> scalars) {
    double startTime = Double.NaN;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      EventReader reader = new EventReader(in);
      for (Event event = reader.next(); event != null; event = reader.next()) {
        startTime = Double.isNaN(startTime) ? event.wallTime : startTime;
        if (event.summary != null) {
          try {
            values(event, event.summary, scalars);
          } catch (InvalidProtocolBufferException e) {
            reader.damaged = true; // the checksum fits, so it was written so
            break;
          }
        }
      }
      return new Outcome(startTime, !reader.damaged);
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + file, e);
    }
  }

  /**
   * Returns the length in bytes of the part of a file, from its start, whose events are not later
   * than {@code globalStep}.
   */
  public static long endOf(Path file, long globalStep) throws IOException {
    return endOf(file, globalStep, step -> {});
  }

  /**
   * As above.
   *
   * @param damaged receives the last step before a damage that is not after {@code globalStep}
   */
  static long endOf(Path file, long globalStep, LongConsumer damaged) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      EventReader reader = new EventReader(in);
      long end = 0;
      long step = 0;
      for (Event event = reader.next();
          event != null && event.step <= globalStep;
          event = reader.next()) {
        end = reader.position;
        step = event.step;
      }
      if (reader.damaged && step < globalStep) {
        damaged.accept(step);
      }
      return end;
    }
  }

  /** Returns the next event; null at the end of the file or at its first damage. */
  private @Nullable Event next() throws IOException {
    byte[] header = in.readNBytes(HEADER_LENGTH);
    if (header.length == 0) {
      return null;
    }
    byte @Nullable [] data = data(header);
    if (data == null) {
      damaged = true;
      return null;
    }
    try {
      Event event = event(data);
      position += HEADER_LENGTH + data.length + Integer.BYTES;
      return event;
    } catch (InvalidProtocolBufferException e) {
      damaged = true;
      return null;
    }
  }

  /** Returns the data of the record that {@code header} starts; null if it is damaged. */
  private byte @Nullable [] data(byte[] header) throws IOException {
    if (header.length < HEADER_LENGTH
        || MaskedCrc.of(header, Long.BYTES) != littleEndian(header).getInt(Long.BYTES)) {
      return null;
    }
    long length = littleEndian(header).getLong();
    if (length < 0 || length > LONGEST_EVENT) {
      return null;
    }
    byte[] data = in.readNBytes((int) length);
    byte[] footer = in.readNBytes(Integer.BYTES);
    boolean whole =
        data.length == length
            && footer.length == Integer.BYTES
            && littleEndian(footer).getInt() == MaskedCrc.of(data, data.length);
    return whole ? data : null;
  }

  private static Event event(byte[] data) throws IOException {
    CodedInputStream event = CodedInputStream.newInstance(data);
    double wallTime = Double.NaN;
    long step = 0;
    byte @Nullable [] summary = null;
    for (int tag = event.readTag(); tag != 0; tag = event.readTag()) {
      switch (tag >>> FIELD_SHIFT) {
        case EventWriter.WALL_TIME -> wallTime = event.readDouble();
        case EventWriter.STEP -> step = event.readInt64();
        case EventWriter.SUMMARY -> summary = event.readByteArray();
        default -> event.skipField(tag);
      }
    }
    return new Event(wallTime, step, summary);
  }

  /** Passes the scalars of an event to {@code scalars}. */
  private static void values(Event event, byte[] summary, Consumer<Scalar> scalars)
      throws IOException {
    CodedInputStream values = CodedInputStream.newInstance(summary);
    for (int tag = values.readTag(); tag != 0; tag = values.readTag()) {
      if (tag >>> FIELD_SHIFT == EventWriter.VALUE) {
        value(values.readByteArray(), event.wallTime, event.step, scalars);
      } else {
        values.skipField(tag);
      }
    }
  }

  private static void value(byte[] data, double wallTime, long step, Consumer<Scalar> scalars)
      throws IOException {
    CodedInputStream value = CodedInputStream.newInstance(data);
    String name = "";
    for (int tag = value.readTag(); tag != 0; tag = value.readTag()) {
      int field = tag >>> FIELD_SHIFT;
      if (field == EventWriter.TAG) {
        name = value.readString();
      } else if (field == EventWriter.SIMPLE_VALUE
          && (tag & ((1 << FIELD_SHIFT) - 1)) == WireFormat.WIRETYPE_FIXED32) {
        scalars.accept(new Scalar(wallTime, step, name, value.readFloat()));
      } else {
        value.skipField(tag);
      }
    }
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
