package org.ppo4j.agent.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What made a result, and when.
 *
 * @param ppo4j the version of this project
 * @param gitCommit the commit that the program was built from, with {@code -dirty} where files were
 *     changed since; null where it was built without git
 * @param jdk vendor and version of the JDK
 * @param os name and version of the operating system
 * @param arch the processor's architecture
 * @param time when, in UTC
 */
public record Provenance(
    String ppo4j, @Nullable String gitCommit, String jdk, String os, String arch, String time) {

  /** Returns the provenance of what this process makes, at the present time. */
  public static Provenance present() {
    return new Provenance(
        version(),
        property("git.properties", "git.commit.id.describe"),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        timeNow());
  }

  /** Returns this provenance at the present time. */
  public Provenance now() {
    return new Provenance(ppo4j, gitCommit, jdk, os, arch, timeNow());
  }

  /** Returns the version of this project, as its build wrote it down. */
  public static String version() {
    String version = property("version.properties", "version");
    if (version == null) {
      throw new IllegalStateException("version.properties is missing from the build");
    }
    return version;
  }

  /** Returns a property that the build wrote down; null where it did not. */
  private static @Nullable String property(String file, String name) {
    try (InputStream in = Provenance.class.getResourceAsStream(file)) {
      if (in == null) {
        return null;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String timeNow() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
