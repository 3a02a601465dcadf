package org.ppo4j.agent.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ppo4j.agent.state.TrainingState;

/**
 * A {@link TrainingState} as bytes for another process, little-endian: the number of arrays, and
 * for each its name, its type and its elements, all after their length in bytes. Not for files,
 * which have checksums.
 */
public final class StateBytes {
  private StateBytes() {}

  /** Returns {@code state} as bytes. */
  public static byte[] encode(TrainingState state) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, state.arrays().size());
    for (Map.Entry<String, Object> each : state.arrays().entrySet()) {
      byte[] name = each.getKey().getBytes(StandardCharsets.UTF_8);
      ArrayCodec codec = ArrayCodec.of(each.getValue());
      byte[] elements = codec.encode(each.getValue());
      number(out, name.length);
      out.writeBytes(name);
      byte[] type = codec.name().getBytes(StandardCharsets.UTF_8);
      number(out, type.length);
      out.writeBytes(type);
      number(out, elements.length);
      out.writeBytes(elements);
    }
    return out.toByteArray();
  }

  private static void number(ByteArrayOutputStream out, int number) {
    out.writeBytes(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(number).array());
  }

  /**
   * Returns the state that {@link #encode} made {@code bytes} of.
   *
   * @throws IllegalArgumentException if it made no such bytes
   */
  public static TrainingState decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    TrainingState state = new TrainingState();
    try {
      for (int arrays = in.getInt(); arrays > 0; arrays--) {
        String name = new String(next(in), StandardCharsets.UTF_8);
        ArrayCodec codec = ArrayCodec.valueOf(new String(next(in), StandardCharsets.UTF_8));
        codec.decode(next(in), name, state);
      }
    } catch (BufferUnderflowException | IllegalArgumentException | NegativeArraySizeException e) {
      throw new IllegalArgumentException(
          "a message of %d bytes is not one of arrays".formatted(bytes.length), e);
    }
    return state;
  }

  private static byte[] next(ByteBuffer in) {
    int length = in.getInt();
    if (length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
