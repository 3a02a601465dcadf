package org.ppo4j.agent.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * What made a result, and when.
 *
 * @param ppo4j the version of this project
 * @param gitCommit the commit of the source, with {@code -dirty} where files were changed since;
 *     null where it is not known
 * @param jdk vendor and version of the JDK
 * @param os name and version of the operating system
 * @param arch the processor's architecture
 * @param time when, in UTC
 */
public record Provenance(
    String ppo4j, @Nullable String gitCommit, String jdk, String os, String arch, String time) {

  /**
   * Returns the provenance of what this process makes, at the present time.
   *
   * @param home the project's folder; null where it is not known
   */
  public static Provenance of(@Nullable Path home) {
    return new Provenance(
        version(),
        home == null ? null : gitCommit(home),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("os.arch"),
        timeNow());
  }

  /** Returns the provenance of what this process makes, the source's commit as the build saw it. */
  public static Provenance present() {
    String home = System.getProperty("ppo4j.home");
    return of(home == null ? null : Path.of(home));
  }

  /** Returns this provenance at the present time. */
  public Provenance now() {
    return new Provenance(ppo4j, gitCommit, jdk, os, arch, timeNow());
  }

  /** Returns the version of this project, as its build wrote it down. */
  public static String version() {
    Properties properties = new Properties();
    try (InputStream in = Provenance.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        throw new IllegalStateException("version.properties is missing from the build");
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }

  private static String timeNow() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static @Nullable String gitCommit(Path home) {
    if (!Files.exists(home.resolve(".git"))) {
      return null;
    }
    try {
      Process git =
          new ProcessBuilder(
                  "git",
                  "-C",
                  home.toString(),
                  "describe",
                  "--always",
                  "--dirty",
                  "--abbrev=40",
                  "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String commit = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return git.waitFor() == 0 ? commit.strip() : null;
    } catch (IOException e) {
      return null; // no git on this machine
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }
}
