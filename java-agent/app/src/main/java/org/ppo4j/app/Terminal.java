package org.ppo4j.app;

/** The terminal that shows standard error, according to the launcher. */
public final class Terminal {
  private static final String CURSOR_UP_AND_ERASE_LINE = "\033[1A\033[2K";

  private Terminal() {}

  /** Returns the terminal's width; 0 if standard error does not go to a terminal. */
  static int columns() {
    return Integer.getInteger("ppo4j.columns", 0);
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
