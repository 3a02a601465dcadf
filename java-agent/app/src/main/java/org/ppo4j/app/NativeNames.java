package org.ppo4j.app;

import java.util.List;
import java.util.Optional;

/**
 * Refuses names that Java could not decode. Java decodes arguments and the working folder in the
 * locale's encoding and replaces every byte that is invalid there with U+FFFD; files with such a
 * name would be written under another name.
 */
final class NativeNames {
  private static final String REPLACEMENT = "\uFFFD";

  private NativeNames() {}

  /** Returns why a command with these arguments cannot run; empty if it can. */
  static Optional<String> refusal(List<String> arguments) {
    return refusal(
        arguments, System.getProperty("user.dir", ""), System.getProperty("sun.jnu.encoding", ""));
  }

  static Optional<String> refusal(List<String> arguments, String workingFolder, String encoding) {
    Optional<String> name = arguments.stream().filter(NativeNames::isBroken).findFirst();
    if (name.isPresent()) {
      return Optional.of(refusal("the argument", name.get(), encoding));
    }
    return isBroken(workingFolder)
        ? Optional.of(refusal("the working folder", workingFolder, encoding))
        : Optional.empty();
  }

  private static String refusal(String what, String name, String encoding) {
    boolean isUtf8 = encoding.equalsIgnoreCase("UTF-8");
    return "%s '%s' cannot be decoded: it is not in %s, the encoding of this locale; %s"
        .formatted(
            what,
            name.replace(REPLACEMENT, "?"),
            encoding,
            isUtf8
                ? "rename it, or choose a locale with its encoding"
                : "start ppo4j with ./ppo4j, or set LC_ALL=C.UTF-8");
  }

  private static boolean isBroken(String name) {
    return name.contains(REPLACEMENT);
  }
}
