package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedInputStream;
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
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoFailure;

/**
 * Reads the scalars of a TensorBoard event file, of {@link EventWriter} or of PyTorch's {@code
 * SummaryWriter}, which CleanRL writes with. What else an event file may hold is passed over.
 */
public final class EventReader {
  private static final int FIELD_SHIFT = 3;
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
   * What a file said besides its scalars.
   *
   * @param startTime when it was begun, in seconds since 1970; NaN if it holds no event
   * @param complete whether it ends where an event ends, and every checksum fits
   */
  public record Outcome(double startTime, boolean complete) {}

  private EventReader() {}

  /**
   * Reads a file from its start until its end or its first damage, which a killed process leaves.
   *
   * @throws UncheckedIOException if the file cannot be read
   */
  public static Outcome read(Path file, Consumer<Scalar> scalars) {
    double startTime = Double.NaN;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      while (true) {
        byte[] header = in.readNBytes(Long.BYTES + Integer.BYTES);
        if (header.length == 0) {
          return new Outcome(startTime, true);
        }
        byte @Nullable [] event = record(header, in);
        if (event == null) {
          return new Outcome(startTime, false);
        }
        double time = event(event, scalars);
        startTime = Double.isNaN(startTime) ? time : startTime;
      }
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot read " + file, e);
    }
  }

  /** Returns the data of the record that {@code header} begins; null if it is not whole. */
  private static byte @Nullable [] record(byte[] header, InputStream in) throws IOException {
    if (header.length < Long.BYTES + Integer.BYTES) {
      return null;
    }
    ByteBuffer numbers = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long length = numbers.getLong();
    if (numbers.getInt() != MaskedCrc.of(header, Long.BYTES)
        || length < 0
        || length > LONGEST_EVENT) {
      return null;
    }
    byte[] data = in.readNBytes((int) length);
    byte[] footer = in.readNBytes(Integer.BYTES);
    boolean whole =
        data.length == length
            && footer.length == Integer.BYTES
            && ByteBuffer.wrap(footer).order(ByteOrder.LITTLE_ENDIAN).getInt()
                == MaskedCrc.of(data, data.length);
    return whole ? data : null;
  }

  /** Hands on the scalars of an event and returns its time. */
  private static double event(byte[] data, Consumer<Scalar> scalars) throws IOException {
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
    if (summary != null) {
      CodedInputStream values = CodedInputStream.newInstance(summary);
      for (int tag = values.readTag(); tag != 0; tag = values.readTag()) {
        if (tag >>> FIELD_SHIFT == EventWriter.VALUE) {
          value(values.readByteArray(), wallTime, step, scalars);
        } else {
          values.skipField(tag);
        }
      }
    }
    return wallTime;
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
}
