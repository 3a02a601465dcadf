package org.ppo4j.agent.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.ppo4j.agent.state.TrainingState;

/**
 * Encodes the arrays of a {@link TrainingState} as raw little-endian bytes; the types have numpy's
 * names.
 */
enum ArrayCodec {
  FLOAT32(Float.BYTES) {
    @Override
    void write(Object array, ByteBuffer bytes) {
      bytes.asFloatBuffer().put((float[]) array);
    }

    @Override
    void read(ByteBuffer bytes, int length, String name, TrainingState state) {
      float[] array = new float[length];
      bytes.asFloatBuffer().get(array);
      state.put(name, array);
    }
  },
  FLOAT64(Double.BYTES) {
    @Override
    void write(Object array, ByteBuffer bytes) {
      bytes.asDoubleBuffer().put((double[]) array);
    }

    @Override
    void read(ByteBuffer bytes, int length, String name, TrainingState state) {
      double[] array = new double[length];
      bytes.asDoubleBuffer().get(array);
      state.put(name, array);
    }
  },
  INT64(Long.BYTES) {
    @Override
    void write(Object array, ByteBuffer bytes) {
      bytes.asLongBuffer().put((long[]) array);
    }

    @Override
    void read(ByteBuffer bytes, int length, String name, TrainingState state) {
      long[] array = new long[length];
      bytes.asLongBuffer().get(array);
      state.put(name, array);
    }
  },
  UINT8(Byte.BYTES) {
    @Override
    void write(Object array, ByteBuffer bytes) {
      bytes.put((byte[]) array);
    }

    @Override
    void read(ByteBuffer bytes, int length, String name, TrainingState state) {
      byte[] array = new byte[length];
      bytes.get(array);
      state.put(name, array);
    }
  };

  private final int elementBytes;

  ArrayCodec(int elementBytes) {
    this.elementBytes = elementBytes;
  }

  /** Returns the codec of {@code array}, which has one of the four types that a state holds. */
  static ArrayCodec of(Object array) {
    return switch (array) {
      case float[] _ -> FLOAT32;
      case double[] _ -> FLOAT64;
      case long[] _ -> INT64;
      case byte[] _ -> UINT8;
      default -> throw new IllegalArgumentException("no codec for " + array.getClass());
    };
  }

  int elementBytes() {
    return elementBytes;
  }

  byte[] encode(Object array) {
    int length = java.lang.reflect.Array.getLength(array);
    byte[] bytes = new byte[Math.multiplyExact(length, elementBytes)];
    write(array, littleEndian(bytes));
    return bytes;
  }

  /** Decodes all of {@code bytes} and puts the array into {@code state} as {@code name}. */
  void decode(byte[] bytes, String name, TrainingState state) {
    read(littleEndian(bytes), bytes.length / elementBytes, name, state);
  }

  static long crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  abstract void write(Object array, ByteBuffer bytes);

  abstract void read(ByteBuffer bytes, int length, String name, TrainingState state);

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
