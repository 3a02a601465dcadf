package org.ppo4j.app;

/** The class that the launcher starts. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    JarMain.endWithParent();
    Terminal.eraseIncubatorWarning();
    System.exit(execute(args));
  }

  private static int execute(String[] args) {
    try {
      return RootCommand.execute(RootCommand.commandLine(args), args);
    } catch (OutOfMemoryError e) {
      System.err.printf(
          "ppo4j: out of memory: Java may use %d MB (%s); use fewer environments or steps,"
              + " smaller observations or networks, or allow more memory, such as with"
              + " JAVA_TOOL_OPTIONS=-Xmx16g%n",
          Runtime.getRuntime().maxMemory() >> 20, e.getMessage());
      return 1;
    }
  }
}
