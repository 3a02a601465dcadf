package org.ppo4j.lab.compare;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses ids of environments, {@code name-vN}, and finds them in names of files. */
final class EnvId {
  private static final Pattern ID = Pattern.compile("[A-Za-z][A-Za-z0-9]*-v\\d+");
  private static final Pattern VERSION = Pattern.compile("-v(\\d+)$");

  private EnvId() {}

  /** Returns the version; -1 if the id has none. */
  static int version(String id) {
    Matcher matcher = VERSION.matcher(id);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /** Returns whether two ids are equal except for the version. */
  static boolean isFamily(String a, String b) {
    return VERSION.matcher(a).replaceFirst("").equals(VERSION.matcher(b).replaceFirst(""));
  }

  /** Returns the first id that occurs in a file's name. */
  static Optional<String> in(String fileName) {
    Matcher matcher = ID.matcher(fileName);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }
}
