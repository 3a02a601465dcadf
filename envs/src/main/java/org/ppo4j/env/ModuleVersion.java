package org.ppo4j.env;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The version of this module, which the build writes to a resource next to this class. */
final class ModuleVersion {
  static final String VALUE = read();

  private ModuleVersion() {}

  private static String read() {
    try (InputStream in = ModuleVersion.class.getResourceAsStream("version.txt")) {
      if (in == null) {
        throw new IllegalStateException("version.txt is missing next to " + ModuleVersion.class);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
