package org.ppo4j.ray;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Messages between a process and its child over pipes: JSON and bytes. A frame is the length of its
 * JSON in four bytes and of its bytes in eight, little-endian, the JSON in UTF-8, and the bytes.
 * Python's side is {@code ppo4j_bridge.frames}.
 */
final class Frames {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int HEAD = Integer.BYTES + Long.BYTES;

  private final InputStream in;
  private final OutputStream out;

  /** A message. */
  record Frame(JsonNode message, byte[] payload) {
    String text(String name) {
      return message.path(name).asText();
    }

    boolean has(String name) {
      return message.hasNonNull(name);
    }
  }

  Frames(InputStream in, OutputStream out) {
    this.in = in;
    this.out = new BufferedOutputStream(out, 1 << 16);
  }

  static ObjectNode message(String operation) {
    return MAPPER.createObjectNode().put("op", operation);
  }

  /** Writes a frame; may be called from any thread. */
  synchronized void send(ObjectNode message, byte[] payload) throws IOException {
    byte[] json = MAPPER.writeValueAsBytes(message);
    out.write(
        ByteBuffer.allocate(HEAD)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(json.length)
            .putLong(payload.length)
            .array());
    out.write(json);
    out.write(payload);
    out.flush();
  }

  /**
   * Returns the next frame; called by one thread.
   *
   * @throws EOFException if the other process has ended
   */
  Frame receive() throws IOException {
    ByteBuffer head = ByteBuffer.wrap(exactly(HEAD)).order(ByteOrder.LITTLE_ENDIAN);
    byte[] json = exactly(head.getInt());
    byte[] payload = exactly(Math.toIntExact(head.getLong()));
    return new Frame(MAPPER.readTree(json), payload);
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the other process has ended");
    }
    return bytes;
  }
}
