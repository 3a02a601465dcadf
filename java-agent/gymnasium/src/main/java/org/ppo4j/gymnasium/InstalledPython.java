package org.ppo4j.gymnasium;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Python 3 that is installed on this machine.
 *
 * @param command the command that starts it, found on the path
 * @param minor its minor version, 11 for Python 3.11
 */
public record InstalledPython(String command, int minor) {
  /** The commands by which Python is usually installed, in the order in which they are tried. */
  static final List<String> COMMANDS =
      List.of(
          "python3",
          "python3.14",
          "python3.13",
          "python3.12",
          "python3.11",
          "python3.10",
          "python");

  private static final String VERSION = "import sys; print('%d %d' % tuple(sys.version_info[:2]))";

  /**
   * Returns the ones that the usual commands start, in that order; each is started when the stream
   * reaches it.
   */
  public static Stream<InstalledPython> all() {
    return of(COMMANDS);
  }

  static Stream<InstalledPython> of(List<String> commands) {
    return commands.stream().flatMap(command -> probe(command).stream());
  }

  private static Optional<InstalledPython> probe(String command) {
    try {
      return ShortProgram.output(List.of(command, "-c", VERSION))
          .filter(answer -> answer.matches("3 \\d+"))
          .map(answer -> new InstalledPython(command, Integer.parseInt(answer.substring(2))));
    } catch (IOException e) {
      return Optional.empty(); // no such command
    }
  }
}
