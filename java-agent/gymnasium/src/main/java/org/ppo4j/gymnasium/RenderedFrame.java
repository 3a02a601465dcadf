package org.ppo4j.gymnasium;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.ppo4j.env.EnvException;

/**
 * One picture of an environment, as {@code render()} of Gymnasium's mode {@code rgb_array} gives.
 *
 * @param width in pixels
 * @param height in pixels
 * @param rgb {@code [height, width, 3]}, row by row from the top; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // large, and handed on at once
public record RenderedFrame(int width, int height, byte[] rgb) {

  /** Creates a frame; throws {@link IllegalArgumentException} if the array has another length. */
  public RenderedFrame {
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "a frame of %d x %d pixels needs %d bytes, but got %d"
              .formatted(width, height, 3L * width * height, rgb.length));
    }
  }

  /** Reads the reply to {@link WorkerApi#render}. */
  static RenderedFrame read(JsonNode reply) {
    try {
      return new RenderedFrame(
          reply.path("width").asInt(),
          reply.path("height").asInt(),
          reply.path("rgb").binaryValue());
    } catch (IOException | IllegalArgumentException e) {
      throw new EnvException("a rendered frame cannot be read: %s".formatted(e.getMessage()), e);
    }
  }
}
