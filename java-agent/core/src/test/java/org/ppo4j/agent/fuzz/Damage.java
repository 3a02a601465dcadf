package org.ppo4j.agent.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Ways to damage bytes. */
public final class Damage {
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    -1,
    -2,
    127,
    128,
    255,
    256,
    65535,
    65536,
    1 << 24,
    1 << 28,
    (1 << 28) + 1,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private Damage() {}

  /** Returns {@code bytes} after one to four changes. */
  public static byte[] of(byte[] bytes, Random random) {
    byte[] damaged = bytes.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && damaged.length > 0; changes--) {
      damaged = once(damaged, random);
    }
    return damaged;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int at = random.nextInt(bytes.length);
    int length = 1 + random.nextInt(Math.min(bytes.length - at, 64));
    switch (random.nextInt(7)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> number(bytes, at, 1 << random.nextInt(4), random);
      case 3 -> Arrays.fill(bytes, at, at + length, (byte) 0);
      case 4 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 5 -> {
        return replace(bytes, at, length, new byte[0]);
      }
      default -> {
        byte[] inserted = Arrays.copyOfRange(bytes, at, at + length);
        if (random.nextBoolean()) {
          random.nextBytes(inserted);
        }
        return replace(bytes, random.nextInt(bytes.length), 0, inserted);
      }
    }
    return bytes;
  }

  /**
   * Overwrites up to {@code length} bytes, little-endian, by a number on which sizes break: around
   * powers of two, negative, or around the length of {@code bytes}.
   */
  public static void number(byte[] bytes, int at, int length, Random random) {
    long number =
        random.nextInt(4) == 0
            ? bytes.length - 1 + random.nextInt(3)
            : NUMBERS[random.nextInt(NUMBERS.length)];
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number).array();
    System.arraycopy(all, 0, bytes, at, Math.min(length, bytes.length - at));
  }

  private static byte[] replace(byte[] bytes, int at, int length, byte[] by) {
    return ByteBuffer.allocate(bytes.length - length + by.length)
        .put(bytes, 0, at)
        .put(by)
        .put(bytes, at + length, bytes.length - at - length)
        .array();
  }
}
