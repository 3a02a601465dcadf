package org.ppo4j.lab.show;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.files.Json;

/** Drawings look like Gymnasium's frames, which {@code record_frames.py} recorded. */
class DrawingTest {
  /** Blocks of so many pixels are compared, so that edges may lie a pixel further. */
  private static final int BLOCK = 10;

  static Stream<JsonNode> frames() {
    try (InputStream json = resource("frames.json")) {
      JsonNode frames = Json.MAPPER.readTree(json).required("frames");
      return StreamSupport.stream(frames.spliterator(), false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("frames")
  void looksLikeGymnasium(JsonNode frame) throws IOException {
    Drawing drawing = Drawing.of(frame.get("env").asText()).orElseThrow();
    BufferedImage expected;
    try (InputStream png = resource(frame.get("file").asText())) {
      expected = ImageIO.read(png);
    }

    BufferedImage drawn =
        drawing.draw(numbers(frame.get("observation")), numbers(frame.get("action")));

    assertThat(drawing.framesPerSecond()).isEqualTo(frame.get("fps").asInt());
    assertThat(drawn.getWidth()).isEqualTo(expected.getWidth());
    assertThat(drawn.getHeight()).isEqualTo(expected.getHeight());
    boolean hasTorque = frame.get("action").get(0).asDouble() != 0; // drawn as another arrow
    assertThat(difference(drawn, expected)).isLessThan(hasTorque ? 0.02 : 0.003);
    assertThat(worstBlock(drawn, expected)).isLessThan(hasTorque ? 1.0 : 0.15);
  }

  @Test
  void otherEnvironmentsHaveNone() {
    assertThat(Drawing.of("HalfCheetah-v5")).isEmpty();
  }

  /** Returns the mean difference of a colour, between 0 and 1. */
  private static double difference(BufferedImage a, BufferedImage b) {
    double sum = 0;
    for (int y = 0; y < a.getHeight(); y++) {
      for (int x = 0; x < a.getWidth(); x++) {
        sum += difference(a.getRGB(x, y), b.getRGB(x, y));
      }
    }
    return sum / a.getWidth() / a.getHeight();
  }

  /** Returns the largest difference of the mean colour of a block, between 0 and 1. */
  private static double worstBlock(BufferedImage a, BufferedImage b) {
    double worst = 0;
    for (int y = 0; y + BLOCK <= a.getHeight(); y += BLOCK) {
      for (int x = 0; x + BLOCK <= a.getWidth(); x += BLOCK) {
        worst = Math.max(worst, Math.abs(brightness(a, x, y) - brightness(b, x, y)));
      }
    }
    return worst;
  }

  private static double brightness(BufferedImage image, int left, int top) {
    double sum = 0;
    for (int y = top; y < top + BLOCK; y++) {
      for (int x = left; x < left + BLOCK; x++) {
        sum += 1 - difference(image.getRGB(x, y), 0xFFFFFF);
      }
    }
    return sum / BLOCK / BLOCK;
  }

  private static double difference(int a, int b) {
    double sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      sum += Math.abs((a >> shift & 0xFF) - (b >> shift & 0xFF));
    }
    return sum / 3 / 255;
  }

  private static double[] numbers(JsonNode array) {
    double[] numbers = new double[array.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = array.get(i).asDouble();
    }
    return numbers;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(DrawingTest.class.getResourceAsStream("/frames/" + name), name);
  }
}
