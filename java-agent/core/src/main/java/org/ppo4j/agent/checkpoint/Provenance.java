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
    Properties build = build();
    String commit = build.getProperty("commit", "");
    return new Provenance(
        build.getProperty("version"),
        commit.isEmpty() ? null : commit,
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
    return build().getProperty("version");
  }

  /** Returns what the build wrote down: {@code version}, and {@code commit}, which may be empty. */
  private static Properties build() {
    Properties properties = new Properties();
    try (InputStream in = Provenance.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the build");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties;
  }

  private static String timeNow() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
