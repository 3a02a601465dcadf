package org.ppo4j.env;

/** The element type of a {@link Space.Box}, named as in numpy. */
public enum DType {
  /** Double precision. */
  FLOAT64(8, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
  /** Single precision. */
  FLOAT32(4, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
  /** Signed, 64 bits; exact as a {@code double} up to 2<sup>53</sup>. */
  INT64(8, Long.MIN_VALUE, Long.MAX_VALUE),
  /** Signed, 32 bits. */
  INT32(4, Integer.MIN_VALUE, Integer.MAX_VALUE),
  /** Signed, 16 bits. */
  INT16(2, Short.MIN_VALUE, Short.MAX_VALUE),
  /** Signed, 8 bits. */
  INT8(1, Byte.MIN_VALUE, Byte.MAX_VALUE),
  /** Unsigned, 16 bits. */
  UINT16(2, 0, 0xFFFF),
  /** Unsigned, 8 bits. */
  UINT8(1, 0, 0xFF),
  /** One byte, 0 or 1. */
  BOOL(1, 0, 1);

  private final int bytes;
  private final double min;
  private final double max;

  DType(int bytes, double min, double max) {
    this.bytes = bytes;
    this.min = min;
    this.max = max;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns the smallest number of an integer type; negative infinity for the others. */
  public double min() {
    return min;
  }

  /** Returns the largest number of an integer type; infinity for the others. */
  public double max() {
    return max;
  }

  /** Returns whether elements are integers; {@code BOOL} counts as 0 and 1. */
  public boolean isIntegral() {
    return this != FLOAT64 && this != FLOAT32;
  }
}
