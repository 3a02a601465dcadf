package org.ppo4j.agent.cli;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.ppo4j.agent.NonFiniteException;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.env.EnvException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Says what went wrong in one line on standard error: exit code 2 for a command line that makes no
 * sense, 1 for everything else. The stack trace is for {@code --debug}.
 */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    print(command, e, e.getMessage() + suggestion(e));
    command
        .getErr()
        .println("Try ./%s --help.".formatted(command.getCommandSpec().qualifiedName()));
    return ExitCode.USAGE;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult result) {
    print(command, e, message(e));
    return ExitCode.SOFTWARE;
  }

  private static void print(CommandLine command, Exception e, String message) {
    PrintWriter err = command.getErr();
    err.println("ppo4j: " + message);
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    if (root.<RootCommand>getCommand().debug()) {
      e.printStackTrace(err);
    }
    err.flush();
  }

  /** Returns the message if it was written for who reads it on the command line. */
  private static String message(Exception e) {
    boolean forUsers =
        e instanceof CommandException
            || e instanceof EnvException
            || e instanceof NonFiniteException
            || e instanceof CheckpointException
            || e instanceof IllegalArgumentException
            || e instanceof UncheckedIOException;
    String message = e.getMessage();
    return forUsers && message != null
        ? message
        : "an unexpected error, %s; run it again with --debug and report what it shows"
            .formatted(e);
  }

  private static String suggestion(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      List<String> suggestions = unmatched.getSuggestions();
      if (!suggestions.isEmpty()) {
        return ", did you mean %s?".formatted(String.join(" or ", suggestions));
      }
    }
    return "";
  }
}
