package org.ppo4j.app;

import java.util.Map;

/** The terminal that shows standard error, according to the launcher. */
public final class Terminal {
  private static final String CURSOR_UP_AND_ERASE_LINE = "\033[1A\033[2K";

  private static final String PLAIN = "\033[0m";
  private static final String BOLD = "\033[1m";
  private static final String RED = "\033[1;31m";

  /** How the first words of lines are shown. */
  private static final Map<String, String> CODES =
      Map.of("Hint", BOLD, "Warning", BOLD, "ppo4j", RED);

  private Terminal() {}

  /** Returns the terminal's width; 0 if standard error does not go to a terminal. */
  static int columns() {
    return Integer.getInteger("ppo4j.columns", 0);
  }

  /**
   * Returns a line of standard error with its first word, such as {@code Hint:}, in bold or red, if
   * it goes to a terminal and the user has not set {@code NO_COLOR} (no-color.org).
   */
  static String marked(String line) {
    return marked(line, columns() > 0 && System.getenv().getOrDefault("NO_COLOR", "").isEmpty());
  }

  static String marked(String line, boolean isColoured) {
    int end = line.indexOf(": ");
    String code = CODES.get(end < 0 ? "" : line.substring(0, end));
    return isColoured && code != null
        ? code + line.substring(0, end + 1) + PLAIN + line.substring(end + 1)
        : line;
  }

  /**
   * Erases the line "WARNING: Using incubator modules" that the JVM has just printed. The JVM has
   * no option to switch it off. In a log it stays.
   */
  public static void eraseIncubatorWarning() {
    if (columns() > 0 && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      System.err.print(CURSOR_UP_AND_ERASE_LINE);
      System.err.flush();
    }
  }
}
