package org.ppo4j.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.run.RewardSource;
import org.ppo4j.tokens.run.Samples;
import org.ppo4j.tokens.run.TokenRun;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Examples;
import org.ppo4j.tokens.train.SamplingConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tokens sample}: prints completions of a model, and their mean reward. */
@Command(
    name = "sample",
    customSynopsis = "./ppo4j tokens sample MODEL [options]",
    description = "Prints completions of a model, and their rewards.")
final class TokensSampleCommand implements Callable<Integer> {
  private static final SamplingConfig DEFAULTS = new SamplingConfig(64, 1, 0, 1);

  @Spec private CommandSpec spec;

  @CommandLine.Parameters(
      paramLabel = "MODEL",
      converter = RunNames.class,
      description = "The folder of a model, or of a run for the model it trained.")
  private Path model = Path.of("");

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "A prompt; more than one are allowed.")
  private List<String> prompts = List.of();

  @Option(
      names = "--data",
      paramLabel = "FILE",
      description = "Takes the prompts of a data set instead.")
  private @Nullable Path data;

  @Option(
      names = "--show",
      paramLabel = "N",
      description = "How many completions are printed. Default: 10.")
  private int show = 10;

  @Option(names = "--seed", paramLabel = "N", description = "The seed of the draws. Default: 1.")
  private long seed = 1;

  @Mixin private TokensReward reward;

  @Mixin private ThreadsOption threads;

  static CommandLine line() {
    CommandLine line = new CommandLine(new TokensSampleCommand());
    RecordOptions.addTo(line.getCommandSpec(), DEFAULTS);
    return line;
  }

  @Override
  public Integer call() {
    if (prompts.isEmpty() == (data == null)) {
      throw CommandLines.refused(spec, "give either --prompt or --data");
    }
    SamplingConfig sampling = RecordOptions.given(spec.commandLine().getParseResult(), DEFAULTS);
    List<Example> examples =
        data == null
            ? prompts.stream()
                .map(prompt -> new Example(Map.of("prompt", prompt), "--prompt " + prompt))
                .toList()
            : Examples.read(data, "prompt");
    RewardSource source = reward.source();
    PrintWriter out = spec.commandLine().getOut();
    Samples samples =
        Samples.draw(
            ModelFolder.open(folder()),
            examples,
            sampling,
            seed,
            source,
            threads.threads(),
            TokensSession.python(
                source == null ? List.of() : List.of(source), spec.commandLine().getErr()));
    for (int i = 0; i < Math.min(show, examples.size()); i++) {
      out.println(samples.line(i));
    }
    if (source != null) {
      out.println("Mean reward of %d: %.4f".formatted(examples.size(), samples.meanReward()));
    }
    out.flush();
    return 0;
  }

  private Path folder() {
    if (!TokenRun.isAt(model)) {
      return model;
    }
    TokenRun run = TokenRun.open(model);
    if (!run.isFinished()) {
      throw new CommandException(
          "the training in %s is not finished, so it has no model; %s continues it"
              .formatted(model, Launcher.command("tokens", "resume", model.toString())));
    }
    return run.model();
  }
}
