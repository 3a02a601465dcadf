package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds how much of an event file an earlier point of its training had written. */
public final class EventScan {
  private static final int HEADER_LENGTH = Long.BYTES + Integer.BYTES;

  private EventScan() {}

  /**
   * Returns the bytes that the events up to {@code globalStep} take, which come first. A record
   * that a power cut left unfinished or garbled ends the file.
   */
  public static long endOf(Path file, long globalStep) throws IOException {
    long end = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      while (true) {
        byte[] header = in.readNBytes(HEADER_LENGTH);
        if (header.length < HEADER_LENGTH
            || MaskedCrc.of(header, Long.BYTES) != intAt(header, Long.BYTES)) {
          return end;
        }
        int length = Math.toIntExact(littleEndian(header).getLong());
        byte[] data = in.readNBytes(length);
        byte[] footer = in.readNBytes(Integer.BYTES);
        if (footer.length < Integer.BYTES
            || MaskedCrc.of(data, length) != intAt(footer, 0)
            || step(data) > globalStep) {
          return end;
        }
        end += HEADER_LENGTH + length + Integer.BYTES;
      }
    }
  }

  private static long step(byte[] event) throws IOException {
    CodedInputStream message = CodedInputStream.newInstance(event);
    for (int tag = message.readTag(); tag != 0; tag = message.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == EventWriter.STEP) {
        return message.readInt64();
      }
      message.skipField(tag);
    }
    return 0;
  }

  private static int intAt(byte[] bytes, int at) {
    return littleEndian(bytes).getInt(at);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
