package org.ppo4j.app;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.internal.NearMatches;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints an error in one line on standard error. The exit code is 2 for a command line that is not
 * valid and 1 for everything else. {@code --debug} adds the stack trace.
 */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {
  /** Picocli's description of an option that takes a constant, in capitals. */
  private static final Pattern CONSTANTS =
      Pattern.compile("(one of \\[[A-Z0-9_, ]+]) \\(case-insensitive\\)");

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    Optional<String> refusal = NativeNames.refusal(List.of(args));
    print(command, e, refusal.orElseGet(() -> message(e)));
    if (refusal.isEmpty()) {
      CommandSpec spec = command.getCommandSpec();
      List<String> words = new ArrayList<>(List.of(spec.qualifiedName().split(" ")));
      words.removeFirst();
      words.add("--help");
      String help = Launcher.command(words.toArray(String[]::new));
      command.getErr().println("Try %s.".formatted(help));
    }
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    print(command, e, message(e));
    return ExitCode.SOFTWARE;
  }

  private static void print(CommandLine command, Exception e, String message) {
    PrintWriter err = EscapingWriter.over(command.getErr());
    command.getErr().print(Terminal.marked("ppo4j: ")); // its escapes are not the message's
    command.getErr().flush();
    err.println(message);
    CommandLine root = command.getCommandSpec().root().commandLine();
    if (root.<RootCommand>getCommand().debug()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** Returns whether the exception's message is meant for users. */
  static boolean isForUsers(Exception e) {
    return e instanceof CommandException
        || e instanceof EnvException
        || e instanceof NonFiniteException
        || e instanceof CheckpointException
        || e instanceof IllegalArgumentException
        || e instanceof UncheckedIOException;
  }

  /** Returns the exception's message if it is meant for users. */
  private static String message(Exception e) {
    @Nullable String message = e.getMessage() == null ? null : OptionNames.message(e);
    boolean ofEnvironment = e instanceof EnvException && e.getCause() instanceof RuntimeException;
    return isForUsers(e) && message != null
        ? message + (ofEnvironment ? " (--debug shows where)" : "")
        : "an unexpected error, %s; run it again with --debug and report the output".formatted(e);
  }

  private static String message(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched)) {
      String message =
          String.valueOf(e.getMessage())
              .replaceFirst(
                  "^Value for option (?:option )?'(.+)' \\((.+)\\) should be in .* but was (.*)$",
                  "$1 takes $2, but got '$3'")
              .replaceFirst("^Error: (.*) are mutually exclusive .*$", "$1 exclude each other");
      return CONSTANTS
          .matcher(message)
          .replaceFirst(match -> match.group(1).toLowerCase(Locale.ROOT));
    }
    CommandSpec spec = e.getCommandLine().getCommandSpec();
    String given = unmatched.getUnmatched().getFirst();
    if (unmatched.isUnknownOption()) {
      String name = given.replaceFirst("=.*", "");
      List<String> options = spec.options().stream().map(OptionSpec::longestName).toList();
      return "there is no option %s%s".formatted(name, NearMatches.question(name, options));
    }
    Set<String> commands = spec.subcommands().keySet();
    return commands.isEmpty()
        ? "there is an argument too many, '%s'".formatted(given)
        : "there is no command '%s'%s; the commands are %s"
            .formatted(
                given,
                NearMatches.question(given, commands).replace("?", ""),
                String.join(", ", commands));
  }
}
