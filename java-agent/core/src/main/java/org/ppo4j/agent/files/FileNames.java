package org.ppo4j.agent.files;

/** Names of files that are made from other names. */
public final class FileNames {
  private FileNames() {}

  /** File systems allow 255 bytes; the rest is for what is added to a name. */
  private static final int MAX_LENGTH = 120;

  /**
   * Returns {@code name} with an underscore for each character that some file systems forbid. Of a
   * name of more than 120 characters only the first are kept, followed by a hash of the whole.
   */
  public static String of(String name) {
    String allowed = name.replaceAll("[^A-Za-z0-9._-]", "_");
    return allowed.length() <= MAX_LENGTH
        ? allowed
        : "%s-%08x".formatted(allowed.substring(0, MAX_LENGTH - 9), name.hashCode());
  }
}
