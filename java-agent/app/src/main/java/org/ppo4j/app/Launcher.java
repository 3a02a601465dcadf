package org.ppo4j.app;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the launcher knows and Java cannot find out, passed as system properties. */
final class Launcher {
  private Launcher() {}

  /** Returns the project's folder; null if this JVM was not started by the launcher. */
  static @Nullable Path home() {
    String home = System.getProperty("ppo4j.home");
    return home == null ? null : Path.of(home);
  }
}
