package org.ppo4j.env;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Recorded data next to the tests: lines of words; lines that start with # describe the origin. */
public final class GoldenFile {
  /** The number of hex digits of a float64. */
  public static final int FLOAT64_DIGITS = 16;

  /** The number of hex digits of a float32. */
  public static final int FLOAT32_DIGITS = 8;

  private GoldenFile() {}

  /** Returns the words of every data line. */
  public static List<String[]> lines(String name) {
    try (InputStream in = GoldenFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file named " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" ", -1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the float64 or float32 number whose bits are the hex digits of {@code word}. */
  public static double number(String word) {
    return switch (word.length()) {
      case FLOAT64_DIGITS -> Double.longBitsToDouble(Long.parseUnsignedLong(word, 16));
      case FLOAT32_DIGITS -> Float.intBitsToFloat(Integer.parseUnsignedInt(word, 16));
      default -> throw new IllegalArgumentException("neither a float64 nor a float32: " + word);
    };
  }
}
