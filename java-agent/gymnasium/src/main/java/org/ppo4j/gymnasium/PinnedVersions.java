package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/**
 * The releases of Python's packages that the published results were produced with. The parent POM
 * names them; python-bridge's {@code requirements.lock} has the same.
 */
public final class PinnedVersions {
  private static final Properties VERSIONS = read();

  /** The release of Gymnasium. */
  public static final String GYMNASIUM = of("gymnasium");

  /** The release of MuJoCo. */
  public static final String MUJOCO = of("mujoco");

  /** The release of Py4J, the same in Java and in Python. */
  static final String PY4J = of("py4j");

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
