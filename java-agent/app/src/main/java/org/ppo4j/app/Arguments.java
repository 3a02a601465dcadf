package org.ppo4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The arguments of a command line before they are parsed: {@code @FILE} stands for the arguments in
 * a file, in picocli's format, and {@code help} and {@code version} for the options of that name.
 */
final class Arguments {
  private static final String HELP = "--help";

  private Arguments() {}

  /** Returns {@code given} in the form that commands parse. */
  static String[] expanded(String... given) {
    String[] args = isPlain(given) ? given : contentsOfFiles(given);
    return switch (args.length == 0 ? "" : args[0]) {
      case "help" -> args.length == 1 ? new String[] {HELP} : new String[] {args[1], HELP};
      case "version" -> args.length == 1 ? new String[] {"--version"} : args;
      default -> args;
    };
  }

  /** Returns the first of {@code given} that names a file of arguments that does not exist. */
  static Optional<String> missingFile(String... given) {
    return Stream.of(given)
        .filter(arg -> arg.startsWith("@") && !arg.startsWith("@@"))
        .filter(arg -> !Files.isReadable(Path.of(arg.substring(1))))
        .findFirst();
  }

  private static boolean isPlain(String... given) {
    return Arrays.stream(given).noneMatch(arg -> arg.startsWith("@"));
  }

  private static String[] contentsOfFiles(String... given) {
    CommandSpec words =
        CommandSpec.create()
            .addPositional(
                PositionalParamSpec.builder()
                    .arity("0..*")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .build());
    return new CommandLine(words)
        .setUnmatchedOptionsArePositionalParams(true)
        .parseArgs(given)
        .expandedArgs()
        .toArray(String[]::new);
  }
}
