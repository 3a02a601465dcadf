package org.ppo4j.app;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.AdapterConfig;
import org.ppo4j.tokens.run.RewardSource;
import org.ppo4j.tokens.run.TokenAlgorithm;
import org.ppo4j.tokens.run.TokenRun;
import org.ppo4j.tokens.run.TokenRunConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j tokens sft} and the other trainers: train a language model into a run folder. */
@Command
final class TokensTrainCommand implements Callable<Integer> {
  private final TokenAlgorithm algorithm;

  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      required = true,
      description = "The folder of the model to start from, in Hugging Face's files.")
  private Path model = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description = "The examples, JSON lines in TRL's standard formats.")
  private Path data = Path.of("");

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "The folder for results. Default: runs/tokens-<command>__<time>.")
  private @Nullable Path runDir;

  @Mixin private TokensReward reward;

  @Mixin private TokensEval eval;

  @Option(
      names = "--value-model",
      paramLabel = "DIR",
      description =
          "For ppo: the score model that values start from. Default: the model with a zero head.")
  private @Nullable Path valueModel;

  @Option(
      names = "--lora-r",
      paramLabel = "N",
      description = "Train only adapters of this rank (LoRA). Default: all parameters.")
  private @Nullable Integer loraRank;

  @Option(
      names = "--lora-alpha",
      paramLabel = "X",
      description = "What the adapters' outputs are multiplied by, times the rank. Default: 8.")
  private double loraAlpha = 8;

  @Option(
      names = "--lora-target-modules",
      paramLabel = "NAME[,NAME...]",
      split = ",",
      description = "The adapted layers. Default: c_attn of GPT-2, q_proj,v_proj of Llama.")
  private @Nullable List<String> loraTargets;

  @Option(
      names = "--save-steps",
      paramLabel = "N",
      description = "Steps between checkpoints. Default: 500.")
  private int saveSteps = 500;

  @Mixin private ThreadsOption threads;

  @Mixin private DashboardOption dashboard;

  @Option(
      names = {"-q", "--quiet"},
      description = "Print only errors.")
  private boolean quiet;

  private TokensTrainCommand(TokenAlgorithm algorithm) {
    this.algorithm = algorithm;
  }

  /** Returns the command of a trainer, with an option for each of its settings. */
  static CommandLine line(TokenAlgorithm algorithm) {
    CommandLine line = new CommandLine(new TokensTrainCommand(algorithm));
    CommandSpec spec = line.getCommandSpec();
    String name = algorithm.id();
    spec.usageMessage()
        .customSynopsis("./ppo4j tokens %s --model DIR --data FILE [options]".formatted(name))
        .description(description(algorithm));
    if (!algorithm.draws()) {
      hide(spec, "--reward-model", "--reward-class", "--reward-python");
    }
    if (algorithm != TokenAlgorithm.PPO) {
      hide(spec, "--value-model");
    }
    TokenRunConfig defaults = TokenRunConfig.of(algorithm, "", "");
    RecordOptions.addTo(spec, defaults.train());
    for (Record part : parts(defaults)) {
      RecordOptions.addTo(spec, part);
    }
    return line;
  }

  private static String description(TokenAlgorithm algorithm) {
    return switch (algorithm) {
      case SFT -> "Trains a language model on prompts and their completions.";
      case REWARD -> "Trains a score model on pairs of a chosen and a rejected completion.";
      case PPO -> "Trains a language model on a reward with a critic: PPO.";
      case GRPO ->
          "Trains a language model on a reward by comparing completions of a prompt: GRPO.";
      case RLOO ->
          "Trains a language model on a reward, the mean of a prompt's other completions as"
              + " baseline: RLOO.";
      case DPO ->
          "Trains a language model on pairs of a chosen and a rejected completion, without a"
              + " reward: DPO.";
    };
  }

  /** Leaves options out of the help that the algorithm refuses. */
  private static void hide(CommandSpec spec, String... names) {
    for (String name : names) {
      OptionSpec option = Objects.requireNonNull(spec.findOption(name));
      spec.remove(option);
      spec.addOption(option.toBuilder().hidden(true).build());
    }
  }

  private static List<Record> parts(TokenRunConfig config) {
    return Stream.of(config.sampling(), config.grpo(), config.ppo(), config.dpo())
        .filter(part -> part != null)
        .<Record>map(part -> part)
        .toList();
  }

  @Override
  public Integer call() {
    ParseResult parsed = spec.commandLine().getParseResult();
    TokenRunConfig defaults = TokenRunConfig.of(algorithm, model.toString(), data.toString());
    RewardSource source = reward.source();
    if (algorithm.draws() == (source == null)) {
      throw CommandLines.refused(
          spec,
          source == null
              ? "%s needs a reward: --reward-model, --reward-class or --reward-python"
                  .formatted(algorithm.id())
              : "%s uses no reward; leave it out".formatted(algorithm.id()));
    }
    if (valueModel != null && algorithm != TokenAlgorithm.PPO) {
      throw CommandLines.refused(
          spec, "%s has no critic; leave --value-model out".formatted(algorithm.id()));
    }
    if (saveSteps < 1) {
      throw CommandLines.refused(spec, "--save-steps must be at least 1, but is " + saveSteps);
    }
    TokenRunConfig config =
        new TokenRunConfig(
            algorithm,
            model.toString(),
            data.toString(),
            source,
            valueModel == null ? null : valueModel.toString(),
            lora(),
            RecordOptions.given(parsed, defaults.train()),
            defaults.sampling() == null ? null : RecordOptions.given(parsed, defaults.sampling()),
            defaults.grpo() == null ? null : RecordOptions.given(parsed, defaults.grpo()),
            defaults.ppo() == null ? null : RecordOptions.given(parsed, defaults.ppo()),
            defaults.dpo() == null ? null : RecordOptions.given(parsed, defaults.dpo()),
            eval.config(source),
            saveSteps);
    return TokensSession.run(
        config, () -> TokenRun.create(folder(), config), threads.threads(), quiet, dashboard, spec);
  }

  private @Nullable AdapterConfig lora() {
    if (loraRank == null) {
      return null;
    }
    AdapterConfig usual = AdapterConfig.of(ModelFolder.open(model).config().architecture());
    return new AdapterConfig(
        loraRank, loraAlpha, loraTargets == null ? usual.targets() : loraTargets);
  }

  private Path folder() {
    if (runDir != null) {
      return runDir;
    }
    String time =
        DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
            .format(LocalDateTime.now(ZoneId.systemDefault()));
    return Path.of("runs", "tokens-%s__%s".formatted(algorithm.id(), time));
  }
}
