package org.ppo4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.ShellCommand;
import picocli.CommandLine.Model.CommandSpec;

/** What the launcher passes to Java as system properties. */
final class Launcher {
  private Launcher() {}

  /**
   * Returns the folder of {@code .venv} and other files that ppo4j makes: the project, or for an
   * archive and {@link JarMain} one of the user's; null if neither of these started this JVM.
   */
  static @Nullable Path home() {
    String home = System.getProperty("ppo4j.home");
    return home == null ? null : Path.of(home);
  }

  /** Returns the folder of the project that was built; null if this JVM runs elsewhere. */
  static @Nullable Path checkout() {
    Path home = home();
    return home != null && Files.exists(home.resolve("ppo4j")) ? home : null;
  }

  /** Returns a command line, for users to paste, that calls ppo4j as this process was called. */
  static String command(String... arguments) {
    List<String> words = new ArrayList<>();
    String jar = System.getProperty("ppo4j.jar");
    words.addAll(
        jar == null
            ? List.of(System.getProperty("ppo4j.command", "./ppo4j"))
            : List.of("java", "-jar", jar));
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
