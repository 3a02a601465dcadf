package org.ppo4j.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.ppo4j.tokens.run.TokenRun;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tokens resume}: continues a training from its last checkpoint. */
@Command(
    name = "resume",
    customSynopsis = "./ppo4j tokens resume RUN [options]",
    description = "Continues a training of a language model from its last checkpoint.")
final class TokensResumeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN", converter = RunNames.class, description = "The run folder.")
  private Path run = Path.of("");

  @Mixin private ThreadsOption threads;

  @Mixin private DashboardOption dashboard;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  private boolean quiet;

  @Override
  public Integer call() {
    TokenRun opened = TokenRun.open(run);
    if (opened.isFinished()) {
      throw new CommandException(
          "the training in %s is finished; %s draws from its model"
              .formatted(run, Launcher.command("tokens", "sample", opened.model().toString())));
    }
    return TokensSession.run(
        opened.config(), () -> opened, threads.threads(), quiet, dashboard, spec);
  }
}
