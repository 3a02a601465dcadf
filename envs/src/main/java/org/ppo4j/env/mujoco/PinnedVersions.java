package org.ppo4j.env.mujoco;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The releases that the native environments are made for, from the parent POM. */
final class PinnedVersions {
  private static final Properties VERSIONS = read();

  /** The release of MuJoCo. */
  static final String MUJOCO = of("mujoco");

  /** The release of Gymnasium, whose models are used. */
  static final String GYMNASIUM = of("gymnasium");

  private PinnedVersions() {}

  private static Properties read() {
    Properties versions = new Properties();
    try (InputStream in = PinnedVersions.class.getResourceAsStream("versions.properties")) {
      if (in == null) {
        throw new IllegalStateException("versions.properties is missing from the build");
      }
      versions.load(in);
      return versions;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String of(String name) {
    return Objects.requireNonNull(VERSIONS.getProperty(name), name);
  }
}
