package org.ppo4j.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.ShellCommand;
import picocli.CommandLine.Model.CommandSpec;

/** What the launcher passes to Java as system properties. */
final class Launcher {
  private Launcher() {}

  /** Returns the project's folder; null if this JVM was not started by the launcher. */
  static @Nullable Path home() {
    String home = System.getProperty("ppo4j.home");
    return home == null ? null : Path.of(home);
  }

  /** Returns a command line, for users to paste, that calls ppo4j as this process was called. */
  static String command(String... arguments) {
    List<String> words = new ArrayList<>();
    words.add(System.getProperty("ppo4j.command", "./ppo4j"));
    words.addAll(List.of(arguments));
    return ShellCommand.of(words);
  }

  /** Returns the command line of {@code spec}'s command, for reports. */
  static String repeating(CommandSpec spec) {
    List<String> words = new ArrayList<>();
    words.add("./ppo4j");
    words.addAll(spec.root().commandLine().getParseResult().originalArgs());
    return ShellCommand.of(words);
  }
}
