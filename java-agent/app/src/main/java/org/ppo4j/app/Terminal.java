package org.ppo4j.app;

/** The terminal that shows standard error, as the launcher found it. */
public final class Terminal {
  private static final String CURSOR_UP_AND_ERASE_LINE = "\033[1A\033[2K";

  private Terminal() {}

  /** Returns its width; 0 if standard error goes elsewhere. */
  static int columns() {
    return Integer.getInteger("ppo4j.columns", 0);
  }

  /**
   * Erases the line "WARNING: Using incubator modules" that the JVM has just printed. There is no
   * option against it; in a log it stays.
   */
  public static void eraseIncubatorWarning() {
    if (columns() > 0 && ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      System.err.print(CURSOR_UP_AND_ERASE_LINE);
      System.err.flush();
    }
  }
}
