package org.ppo4j.app;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.run.TokenTask;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tokens make}: a task's data sets and an untrained model, from nothing. */
@Command(
    name = "make",
    customSynopsis = "./ppo4j tokens make TASK DIR [options]",
    description = "Makes a task's data sets and an untrained model; nothing is downloaded.")
final class TokensMakeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "TASK",
      description = "addition: sums; mood: cheerful letters, with preferences.")
  private TokenTask task = TokenTask.ADDITION;

  @Parameters(index = "1", paramLabel = "DIR", description = "The folder that is made.")
  private Path folder = Path.of("");

  @Option(
      names = "--architecture",
      paramLabel = "gpt2|llama",
      description = "The model's layout. Default: llama.")
  private Architecture architecture = Architecture.LLAMA;

  @Option(names = "--hidden-size", paramLabel = "N", description = "Default: 96.")
  private int hiddenSize = 96;

  @Option(names = "--layers", paramLabel = "N", description = "Default: 2.")
  private int layers = 2;

  @Option(names = "--heads", paramLabel = "N", description = "Default: 4.")
  private int heads = 4;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The seed of data and parameters. Default: 1.")
  private long seed = 1;

  @Override
  public Integer call() {
    task.make(folder, architecture, hiddenSize, layers, heads, seed);
    spec.commandLine()
        .getOut()
        .println(
            "Made %s of the task %s: model, train.jsonl, test.jsonl"
                .formatted(folder, task.name().toLowerCase(Locale.ROOT)));
    spec.commandLine().getOut().flush();
    return 0;
  }
}
