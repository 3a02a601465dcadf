package org.ppo4j.agent.files;

import java.util.List;
import java.util.stream.Collectors;

/** Formats commands that users paste into a POSIX shell. */
public final class ShellCommand {
  /** Characters that mean themselves outside quotes, in addition to letters and digits. */
  private static final String PLAIN = "_@%+=:,./-";

  private ShellCommand() {}

  /** Returns these words as one line, quoted where the shell would read them otherwise. */
  public static String of(List<String> words) {
    return words.stream().map(ShellCommand::word).collect(Collectors.joining(" "));
  }

  /** Returns these words as one line, as {@link #of(List)} does. */
  public static String of(String... words) {
    return of(List.of(words));
  }

  private static String word(String word) {
    boolean isPlain =
        !word.isEmpty()
            && word.codePoints()
                .allMatch(c -> Character.isLetterOrDigit(c) || PLAIN.indexOf(c) >= 0);
    return isPlain ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
