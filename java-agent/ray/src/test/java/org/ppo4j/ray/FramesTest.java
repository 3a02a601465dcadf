package org.ppo4j.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The layout of a frame, which test_ray.py holds Python to as well. */
class FramesTest {
  @Test
  void framesCarryTextAndBytes() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Frames writer = new Frames(new ByteArrayInputStream(new byte[0]), out);
    writer.send(Frames.message("a").put("text", "ä"), new byte[] {0, 1});
    writer.send(Frames.message("b"), new byte[0]);
    byte[] bytes = out.toByteArray();
    byte[] json = "{\"op\":\"a\",\"text\":\"ä\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(Arrays.copyOf(bytes, 12))
        .containsExactly(json.length, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);

    Frames reader = new Frames(new ByteArrayInputStream(bytes), new ByteArrayOutputStream());
    Frames.Frame first = reader.receive();
    assertThat(first.text("text")).isEqualTo("ä");
    assertThat(first.payload()).containsExactly(0, 1);
    assertThat(reader.receive().text("op")).isEqualTo("b");
    assertThatExceptionOfType(EOFException.class).isThrownBy(reader::receive);
  }
}
