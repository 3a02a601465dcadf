package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * What a process prints, as lines that can be kept and shown: of bounded length, with control
 * characters escaped, so that they do not reach a terminal.
 */
final class PrintedLines {
  /** The bytes of a line that are kept. */
  static final int LONGEST = 4000;

  private static final String CUT = " [...]";

  private PrintedLines() {}

  /**
   * Reads lines until {@code more} returns false or the stream ends. A line ends with {@code \n} or
   * {@code \r}; empty ones are left out. Of a longer one than {@link #LONGEST} the start is passed
   * as soon as it was read, and the rest is dropped.
   */
  static void read(InputStream in, Predicate<String> more) throws IOException {
    byte[] chunk = new byte[8192];
    byte[] line = new byte[LONGEST];
    int length = 0;
    boolean dropping = false;
    for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
      for (int i = 0; i < read; i++) {
        byte next = chunk[i];
        if (next == '\n' || next == '\r') {
          boolean ended = length > 0 && !dropping && !more.test(text(line, length));
          length = 0;
          dropping = false;
          if (ended) {
            return;
          }
        } else if (!dropping && length < LONGEST) {
          line[length++] = next;
        } else if (!dropping) {
          dropping = true;
          if (!more.test(text(line, length) + CUT)) {
            return;
          }
        }
      }
    }
    if (length > 0 && !dropping) {
      var _ = more.test(text(line, length));
    }
  }

  private static String text(byte[] line, int length) {
    return escaped(new String(line, 0, length, StandardCharsets.UTF_8));
  }

  /** Returns {@code text} with control characters, except tabs, as {@code \x1b}. */
  static String escaped(String text) {
    if (text.chars().noneMatch(PrintedLines::isControl)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (isControl(c)) {
                escaped.append("\\x%02x".formatted(c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }

  private static boolean isControl(int c) {
    return c != '\t' && Character.isISOControl(c);
  }
}
