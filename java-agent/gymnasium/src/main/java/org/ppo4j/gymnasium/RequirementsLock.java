package org.ppo4j.gymnasium;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One of python-bridge's files of exact versions and hashes of Python packages: the checkout's, or
 * where there is no checkout, the one that this artifact carries.
 */
public final class RequirementsLock {
  private final Path home;
  private final String name;

  /**
   * Names a file.
   *
   * @param home ppo4j's folder: a checkout, or the folder of the files that ppo4j makes
   * @param name the name of the file, {@code requirements.lock} for example
   */
  public RequirementsLock(Path home, String name) {
    this.home = home;
    this.name = name;
  }

  /** Returns whether {@code home} has a python-bridge, as a checkout has. */
  static boolean isCheckout(Path home) {
    return Files.exists(home.resolve("python-bridge/pyproject.toml"));
  }

  /** Returns the name and a digest, to compare with those that something was made from. */
  public String description() throws IOException {
    return "%s %s".formatted(name, digest(bytes()));
  }

  /** Returns the file for pip to read; the carried one is written to {@code work}. */
  public Path file(Path work) throws IOException {
    return isCheckout(home)
        ? checkedOut()
        : Files.write(Files.createDirectories(work).resolve(name), bytes());
  }

  private Path checkedOut() {
    return home.resolve("python-bridge").resolve(name);
  }

  private byte[] bytes() throws IOException {
    if (isCheckout(home)) {
      return Files.readAllBytes(checkedOut());
    }
    try (InputStream in = RequirementsLock.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is missing from the build");
      }
      return in.readAllBytes();
    }
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
