package org.ppo4j.gymnasium;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;

/** Converts numbers between {@code double[]} and memory with another element type. */
final class ElementCodec {
  /** The largest magnitude up to which a double represents every integer exactly. */
  private static final long EXACT = 1L << 53;

  private ElementCodec() {}

  /**
   * Reads {@code count} elements.
   *
   * @param memory contains the elements, from byte {@code offset}
   * @param out receives them, from index {@code start}
   * @throws EnvException if an int64 is not exact as a double
   */
  static void read(
      MemorySegment memory, long offset, DType dtype, double[] out, int start, int count) {
    switch (dtype) {
      case FLOAT64 -> MemorySegment.copy(memory, JAVA_DOUBLE, offset, out, start, count);
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = memory.get(JAVA_FLOAT, offset + 4L * i);
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = exact(memory.get(JAVA_LONG, offset + 8L * i));
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = memory.get(JAVA_INT, offset + 4L * i);
        }
      }
      case INT16 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = memory.get(JAVA_SHORT, offset + 2L * i);
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = Short.toUnsignedInt(memory.get(JAVA_SHORT, offset + 2L * i));
        }
      }
      case INT8 -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = memory.get(JAVA_BYTE, offset + i);
        }
      }
      case UINT8, BOOL -> {
        for (int i = 0; i < count; i++) {
          out[start + i] = Byte.toUnsignedInt(memory.get(JAVA_BYTE, offset + i));
        }
      }
    }
  }

  /**
   * Writes {@code count} elements. For integer types, numbers are rounded, halves to even, and
   * those that the type cannot hold become its smallest or largest number.
   *
   * @param in contains the elements, from index {@code start}
   * @param memory receives them, from byte {@code offset}
   */
  static void write(
      double[] in, int start, int count, MemorySegment memory, long offset, DType dtype) {
    switch (dtype) {
      case FLOAT64 -> MemorySegment.copy(in, start, memory, JAVA_DOUBLE, offset, count);
      case FLOAT32 -> {
        for (int i = 0; i < count; i++) {
          memory.set(JAVA_FLOAT, offset + 4L * i, (float) in[start + i]);
        }
      }
      case INT64 -> {
        for (int i = 0; i < count; i++) {
          memory.set(JAVA_LONG, offset + 8L * i, (long) Math.rint(in[start + i]));
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          memory.set(JAVA_INT, offset + 4L * i, (int) Math.rint(in[start + i]));
        }
      }
      case INT16, UINT16 -> {
        for (int i = 0; i < count; i++) {
          memory.set(JAVA_SHORT, offset + 2L * i, (short) held(in[start + i], dtype));
        }
      }
      case INT8, UINT8, BOOL -> {
        for (int i = 0; i < count; i++) {
          memory.set(JAVA_BYTE, offset + i, (byte) held(in[start + i], dtype));
        }
      }
    }
  }

  private static int held(double number, DType dtype) {
    return (int) Math.clamp(Math.rint(number), dtype.min(), dtype.max());
  }

  private static double exact(long value) {
    if (value > EXACT || value < -EXACT) {
      throw new EnvException(
          "an observation has the int64 %d, which a double cannot represent; expected magnitudes up to 2^53; scale it in the environment or a --wrapper"
              .formatted(value));
    }
    return value;
  }
}
