package org.ppo4j.app;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.StreamSupport;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j completion}: prints a script that completes commands and options in a shell. */
@Command(
    name = "completion",
    customSynopsis = "./ppo4j completion bash|zsh|fish",
    description = {
      "Prints a script that completes commands and options in a shell.",
      "bash: source <(./ppo4j completion bash)",
      "zsh:  source <(./ppo4j completion zsh)",
      "fish: ./ppo4j completion fish | source"
    })
final class CompletionCommand implements Callable<Integer> {
  /** The shells. */
  enum Shell {
    BASH,
    ZSH,
    FISH
  }

  private static final String NAME = "ppo4j";

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine all = RootCommand.allCommands();
    PrintWriter out = spec.commandLine().getOut();
    out.print(shell == Shell.FISH ? fish(all) : AutoComplete.bash(NAME, all));
    out.flush();
    return 0;
  }

  private static String fish(CommandLine all) {
    StringBuilder script = new StringBuilder();
    all.getSubcommands()
        .forEach(
            (name, command) -> {
              script.append(
                  "complete -c %s -f -n __fish_use_subcommand -a %s -d %s%n"
                      .formatted(NAME, name, quoted(summary(command.getCommandSpec()))));
              for (OptionSpec option : command.getCommandSpec().options()) {
                if (!option.hidden()) {
                  script.append(fish(name, option));
                }
              }
            });
    return script.toString();
  }

  private static String fish(String command, OptionSpec option) {
    StringBuilder line =
        new StringBuilder(
            "complete -c %s -n '__fish_seen_subcommand_from %s'".formatted(NAME, command));
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^--?", ""));
    }
    if (option.arity().max() > 0) {
      line.append(option.arity().min() > 0 ? " -r" : "");
      List<String> values = values(option);
      if (!values.isEmpty()) {
        line.append(" -f -a ").append(quoted(String.join(" ", values)));
      }
    }
    String[] description = option.description();
    if (description.length > 0) {
      line.append(" -d ").append(quoted(sentence(description[0])));
    }
    return line.append(System.lineSeparator()).toString();
  }

  /** Returns the values that an option takes; empty if there is no list of them. */
  private static List<String> values(OptionSpec option) {
    if (option.completionCandidates() != null) {
      return StreamSupport.stream(option.completionCandidates().spliterator(), false).toList();
    }
    Object[] constants = option.type().getEnumConstants();
    return constants == null
        ? List.of()
        : Arrays.stream(constants).map(OptionNames::value).toList();
  }

  private static String summary(CommandSpec command) {
    return Arrays.stream(command.usageMessage().description())
        .findFirst()
        .map(CompletionCommand::sentence)
        .orElse("");
  }

  private static String sentence(String text) {
    return text.split("(?<=\\.)\\s|; ", 2)[0].strip();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
