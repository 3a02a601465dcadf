package org.ppo4j.env;

/** The element type of a {@link Space.Box}, named as in numpy. */
public enum DType {
  /** Double precision. */
  FLOAT64(8),
  /** Single precision. */
  FLOAT32(4),
  /** Signed, 64 bits; exact as a {@code double} up to 2<sup>53</sup>. */
  INT64(8),
  /** Signed, 32 bits. */
  INT32(4),
  /** Signed, 16 bits. */
  INT16(2),
  /** Signed, 8 bits. */
  INT8(1),
  /** Unsigned, 16 bits. */
  UINT16(2),
  /** Unsigned, 8 bits. */
  UINT8(1),
  /** One byte, 0 or 1. */
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether elements are integers; {@code BOOL} counts as 0 and 1. */
  public boolean isIntegral() {
    return this != FLOAT64 && this != FLOAT32;
  }
}
