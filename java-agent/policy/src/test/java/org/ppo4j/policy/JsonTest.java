package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

  @Test
  void readsEveryKindOfValue() throws Exception {
    assertThat(parse(" {\"a\" : [1, -2.5e1, true, false, \"x\"],\n\"b\": {}, \"c\": []}\r\t"))
        .isEqualTo(
            Map.of("a", List.of(1L, -25.0, true, false, "x"), "b", Map.of(), "c", List.of()));
    assertThat(parse("null")).isNull();
  }

  @Test
  void readsNumbers() throws Exception {
    assertThat(parse("0")).isEqualTo(0L);
    assertThat(parse("-0")).isEqualTo(0L);
    assertThat(parse("-3.4028234663852886E38")).isEqualTo((double) -Float.MAX_VALUE);
    assertThat(parse("1E+2")).isEqualTo(100.0);
    assertThat(parse("4294967295")).isEqualTo(4294967295L);
    assertThat(parse("99999999999999999999")).isEqualTo(1e20);
  }

  @Test
  void readsStrings() throws Exception {
    assertThat(parse("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4\u00e4\""))
        .isEqualTo("\"\\/\b\f\n\r\t\u00e4\u00e4");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[",
        "\"",
        "[1",
        "[1,",
        "[1,]",
        "[,1]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{1:1}",
        "01",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x1",
        "NaN",
        "Infinity",
        "tru",
        "True",
        "nul",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12",
        "\"\n\"",
        "1 2",
        "[] []",
        "{\"a\":1,\"a\":2}",
        "// c",
        "\u00a01",
        "[1;2]"
      })
  void refusesWhatIsNotJson(String text) {
    assertThatExceptionOfType(Json.SyntaxException.class).isThrownBy(() -> parse(text));
  }

  @Test
  void namesThePlace() {
    assertThatExceptionOfType(Json.SyntaxException.class)
        .isThrownBy(() -> parse("[1, x]"))
        .withMessage("a value was expected at offset 4, but character 120 was found");
    assertThatExceptionOfType(Json.SyntaxException.class)
        .isThrownBy(() -> parse("[1"))
        .withMessage("']' was expected at offset 2, but the end was found");
  }

  @Test
  void refusesBytesThatAreNotUtf8() {
    assertThatExceptionOfType(Json.SyntaxException.class)
        .isThrownBy(() -> Json.parse(new byte[] {'"', (byte) 0xc3, '"'}))
        .withMessage("the text is not UTF-8");
  }

  @Test
  void boundsTheDepth() throws Exception {
    assertThat(parse("[".repeat(65) + "]".repeat(65))).isNotNull();
    assertThatExceptionOfType(Json.SyntaxException.class)
        .isThrownBy(() -> parse("[".repeat(66) + "]".repeat(66)))
        .withMessage("the text is nested deeper than 64");
    assertThatExceptionOfType(Json.SyntaxException.class)
        .isThrownBy(() -> parse("{\"a\":".repeat(1_000_000)));
  }

  /** Whatever the bytes, there is a value or a SyntaxException, never another exception. */
  @Test
  void survivesMutatedTexts() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] original = PolicyFiles.random(1).manifest().getBytes(StandardCharsets.UTF_8);
    byte[] pieces = "{}[]\",:\\u0eE+-.1tfn \u00e4".getBytes(StandardCharsets.UTF_8);
    int values = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] bytes = original.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(4)) {
          case 0 -> bytes[at] = (byte) random.nextInt();
          case 1 -> bytes[at] = pieces[random.nextInt(pieces.length)];
          case 2 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
          default -> {
            int to = random.nextInt(bytes.length);
            int length = Math.min(random.nextInt(20), bytes.length - Math.max(at, to));
            System.arraycopy(bytes, at, bytes, to, length);
          }
        }
      }
      try {
        Json.parse(bytes);
        values++;
      } catch (Json.SyntaxException e) {
        assertThat(e.getMessage()).doesNotContain("\n");
      } catch (RuntimeException | StackOverflowError e) {
        fail("seed %d, round %d".formatted(seed, round), e);
      }
    }
    System.out.printf("JsonTest: seed %d, %d of 100000 texts were JSON%n", seed, values);
  }

  private static @Nullable Object parse(String text) throws Json.SyntaxException {
    return Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }
}
