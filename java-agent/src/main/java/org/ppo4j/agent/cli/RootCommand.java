package org.ppo4j.agent.cli;

import java.util.List;
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
    sortOptions = false)
public final class RootCommand implements Callable<Integer> {
  private static final List<Class<?>> COMMANDS =
      List.of(
          TrainCommand.class,
          ResumeCommand.class,
          EvaluateCommand.class,
          ExportCommand.class,
          CompareCommand.class,
          BenchCommand.class,
          EnvsCommand.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /**
   * Returns the command line, ready to execute {@code args}. The commands that they do not name are
   * there for the help only, without their options, which take 0.1 s to make.
   */
  public static CommandLine commandLine(String... args) {
    CommandLine line = new CommandLine(new RootCommand());
    List<String> given = List.of(args);
    for (Class<?> type : COMMANDS) {
      Command command = type.getAnnotation(Command.class);
      line.addSubcommand(
          command.name(), given.contains(command.name()) ? whole(type) : outline(command));
    }
    Errors errors = new Errors();
    return line.setExpandAtFiles(false) // a file might name a command
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  private static CommandLine whole(Class<?> type) {
    CommandLine command = new CommandLine(type);
    if (type == TrainCommand.class || type == CompareCommand.class) {
      HyperparameterOptions.addTo(command.getCommandSpec());
    }
    return command;
  }

  private static CommandSpec outline(Command command) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(command.description());
    return spec;
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
