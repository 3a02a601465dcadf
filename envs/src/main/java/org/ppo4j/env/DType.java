package org.ppo4j.env;

/** Element type of a {@link Space.Box}, under numpy's names. */
public enum DType {
  FLOAT64(8),
  FLOAT32(4),
  INT64(8),
  INT32(4),
  INT16(2),
  INT8(1),
  UINT16(2),
  UINT8(1),
  BOOL(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether elements are whole numbers. */
  public boolean isIntegral() {
    return this != FLOAT64 && this != FLOAT32;
  }
}
