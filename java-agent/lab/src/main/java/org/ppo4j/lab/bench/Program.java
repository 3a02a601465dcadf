package org.ppo4j.lab.bench;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One way to do a work, in a process of its own.
 *
 * @param contender who does it; the best of a contender's settings counts
 * @param setting how, such as the number of threads; empty where there is one way only
 * @param peer whose packages it needs; null for a program that needs none
 * @param environment variables that its process gets besides this one's
 * @param command the command line of a turn; installs the peer the first time
 * @param reading the figure of a run
 */
public record Program(
    String contender,
    String setting,
    @Nullable BenchPeer peer,
    Map<String, String> environment,
    Function<Turn, List<String>> command,
    Function<Finished, Figure> reading) {

  /** Describes a program of ours. */
  static Program ours(Function<Turn, List<String>> command, Function<Finished, Figure> reading) {
    return new Program("ppo4j", "", null, Map.of(), command, reading);
  }

  String name() {
    return setting.isEmpty() ? contender : contender + ", " + setting;
  }
}
