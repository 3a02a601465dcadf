package org.ppo4j.app;

import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Error and progress messages of commands. */
final class CommandLines {
  private CommandLines() {}

  /** Returns the exception that refuses a command line; the message is a sentence. */
  static ParameterException refused(CommandSpec spec, String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** Returns a consumer that prints each line to standard error and flushes it. */
  static Consumer<String> progress(CommandSpec spec) {
    PrintWriter err = spec.commandLine().getErr();
    return line -> {
      err.println(line);
      err.flush();
    };
  }
}
