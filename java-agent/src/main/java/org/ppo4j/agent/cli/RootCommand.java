package org.ppo4j.agent.cli;

import java.util.concurrent.Callable;
import org.ppo4j.agent.checkpoint.Provenance;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j}: names the commands. */
@Command(
    name = "ppo4j",
    description = "Trains PPO agents on Gymnasium environments and native Java ones.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = RootCommand.Version.class,
    usageHelpAutoWidth = true,
    sortOptions = false,
    subcommands = {
      TrainCommand.class,
      ResumeCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      CompareCommand.class,
      EnvsCommand.class
    })
public final class RootCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /** Returns the whole command line, ready to execute. */
  public static CommandLine commandLine() {
    CommandLine line = new CommandLine(new RootCommand());
    line.getSubcommands().values().stream()
        .filter(command -> takesHyperparameters(command.getCommand()))
        .forEach(command -> HyperparameterOptions.addTo(command.getCommandSpec()));
    Errors errors = new Errors();
    return line.setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  private static boolean takesHyperparameters(Object command) {
    return command instanceof TrainCommand || command instanceof CompareCommand;
  }

  boolean debug() {
    return debug;
  }

  /** Names the commands to who gave none. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** What {@code --version} prints. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Provenance provenance = Provenance.of(Launcher.home());
      String commit = provenance.gitCommit();
      return new String[] {
        "ppo4j %s%s".formatted(provenance.ppo4j(), commit == null ? "" : " (" + commit + ")"),
        "JDK %s, %s, %s".formatted(provenance.jdk(), provenance.os(), provenance.arch())
      };
    }
  }
}
