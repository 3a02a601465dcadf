package org.ppo4j.env;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Recorded data beside the tests: lines of words; lines that start with # tell the origin. */
public final class GoldenFile {
  private GoldenFile() {}

  /** Returns the words of every line of data. */
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

  /** Returns the {@code double} whose bits are the 16 hex digits of {@code word}. */
  public static double number(String word) {
    return Double.longBitsToDouble(Long.parseUnsignedLong(word, 16));
  }
}
