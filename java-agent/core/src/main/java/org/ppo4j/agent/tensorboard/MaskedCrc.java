package org.ppo4j.agent.tensorboard;

import java.util.zip.CRC32C;

/**
 * The checksum of a TFRecord: CRC-32C, masked because it may be stored among bytes that are
 * checksummed.
 */
final class MaskedCrc {
  private static final int MASK_DELTA = 0xa282ead8;

  private MaskedCrc() {}

  /** Returns the checksum of the first {@code length} bytes. */
  static int of(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + MASK_DELTA;
  }
}
