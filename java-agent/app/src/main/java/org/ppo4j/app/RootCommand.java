package org.ppo4j.app;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.ppo4j.agent.checkpoint.Provenance;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j}: lists the commands. */
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
          EnjoyCommand.class,
          ExportCommand.class,
          PlotCommand.class,
          DashboardCommand.class,
          CompareCommand.class,
          TuneCommand.class,
          PresetsCommand.class,
          BenchCommand.class,
          EnvsCommand.class,
          DoctorCommand.class,
          TokensCommand.class,
          CompletionCommand.class);

  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error.")
  private boolean debug;

  /**
   * Returns the command line for executing {@code given}. It has the one command that they name; if
   * they name none, it has all commands without their options, for the help. Creating all commands
   * with their options takes longer than Java's own start.
   */
  public static CommandLine commandLine(String... given) {
    String[] args = Arguments.expanded(given);
    CommandLine line = new CommandLine(new RootCommand());
    String first = Stream.of(args).filter(arg -> !arg.startsWith("-")).findFirst().orElse("");
    Optional<Class<?>> named =
        COMMANDS.stream().filter(type -> annotation(type).name().equals(first)).findFirst();
    if (named.isPresent()) {
      line.addSubcommand(first, whole(named.get()));
    } else {
      COMMANDS.forEach(type -> line.addSubcommand(annotation(type).name(), outline(type)));
    }
    Errors errors = new Errors();
    Numerals.register(line);
    Paths.register(line);
    return line.setExpandAtFiles(false) // Arguments does it, for names of other projects too
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(RootCommand::run)
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors);
  }

  /** Runs the parsed command, or refuses it if one of its names cannot be decoded. */
  private static int run(ParseResult parsed) {
    Optional<String> refusal = NativeNames.refusal(parsed.originalArgs());
    if (refusal.isPresent()) {
      throw new ParameterException(parsed.commandSpec().commandLine(), refusal.get());
    }
    EscapingWriter.install(parsed);
    return new RunLast().execute(parsed);
  }

  /** Executes {@code given} on the command line that was created for it; returns the exit code. */
  public static int execute(CommandLine line, String... given) {
    Optional<String> missing = Arguments.missingFile(given);
    if (missing.isPresent()) {
      String message =
          "there is no file of arguments %s; an argument that starts with @ is written @%s"
              .formatted(missing.get().substring(1), missing.get());
      return new Errors().handleParseException(new ParameterException(line, message), given);
    }
    String[] args = Arguments.expanded(given);
    String[] translated = args;
    if (line.getSubcommands().size() == 1) {
      try {
        CommandLine command = line.getSubcommands().values().iterator().next();
        if (!(command.getCommand() instanceof TokensCommand)) { // whose options have TRL's names
          translated = ConfigFile.expand(line, ForeignNames.translate(command, args));
        }
      } catch (ParameterException e) {
        return new Errors().handleParseException(e, args);
      }
    }
    return line.execute(translated);
  }

  /** Returns a command line with all commands and their options, for completion. */
  static CommandLine allCommands() {
    CommandLine line = new CommandLine(new RootCommand());
    COMMANDS.forEach(type -> line.addSubcommand(annotation(type).name(), whole(type)));
    return line;
  }

  private static CommandLine whole(Class<?> type) {
    CommandLine command = new CommandLine(type);
    if (List.of(TrainCommand.class, CompareCommand.class, TuneCommand.class).contains(type)) {
      HyperparameterOptions.addTo(command.getCommandSpec());
    } else if (type == TokensCommand.class) {
      TokensCommand.addTo(command);
    }
    if (type == TrainCommand.class) {
      ShortHelp.addTo(command, ShortHelp.TRAIN);
    }
    return command;
  }

  private static CommandSpec outline(Class<?> type) {
    CommandSpec spec = CommandSpec.create();
    spec.usageMessage().description(annotation(type).description());
    return spec;
  }

  private static Command annotation(Class<?> type) {
    return type.getAnnotation(Command.class);
  }

  boolean debug() {
    return debug;
  }

  /** Lists the commands if none was given. */
  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  /** The output of {@code --version}. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      Provenance provenance = Provenance.present();
      String commit = provenance.gitCommit();
      return new String[] {
        "ppo4j %s%s".formatted(provenance.ppo4j(), commit == null ? "" : " (" + commit + ")"),
        "JDK %s, %s, %s".formatted(provenance.jdk(), provenance.os(), provenance.arch())
      };
    }
  }
}
