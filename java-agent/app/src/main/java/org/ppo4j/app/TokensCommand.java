package org.ppo4j.app;

import java.util.concurrent.Callable;
import org.ppo4j.tokens.run.TokenAlgorithm;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tokens}: the commands for language models. */
@Command(
    name = "tokens",
    customSynopsis = "./ppo4j tokens COMMAND [options]",
    description = "Trains language models with SFT, PPO, GRPO, RLOO and DPO (docs/tokens.md).")
final class TokensCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  /** Adds the subcommands. */
  static void addTo(CommandLine command) {
    for (TokenAlgorithm algorithm : TokenAlgorithm.values()) {
      String name = algorithm.id();
      command.addSubcommand(name, TokensTrainCommand.line(algorithm));
    }
    command.addSubcommand("resume", new CommandLine(new TokensResumeCommand()));
    command.addSubcommand("sample", TokensSampleCommand.line());
    command.addSubcommand("make", new CommandLine(new TokensMakeCommand()));
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
