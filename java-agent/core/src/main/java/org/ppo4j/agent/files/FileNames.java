package org.ppo4j.agent.files;

/** Names of files that are made from other names. */
public final class FileNames {
  private FileNames() {}

  /** Returns {@code name} with an underscore for each character that some file systems forbid. */
  public static String of(String name) {
    return name.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
