package org.ppo4j.tokens.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.ObservedReward;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Examples;
import org.ppo4j.tokens.text.Tokenizer;
import org.ppo4j.tokens.train.DpoTrainer;
import org.ppo4j.tokens.train.Encoding;
import org.ppo4j.tokens.train.GrpoTrainer;
import org.ppo4j.tokens.train.PpoTokensTrainer;
import org.ppo4j.tokens.train.RewardTrainer;
import org.ppo4j.tokens.train.SftTrainer;
import org.ppo4j.tokens.train.TokenTrainer;

/** Makes the trainer of a configuration, with its models, data and reward. */
public final class TokenTrainers {
  private final TokenRunConfig config;
  private final int threads;
  private final Path python;
  private final ModelFolder folder;
  private final Encoding encoding;
  private final List<ObservedReward> rewards = new ArrayList<>();

  private TokenTrainers(TokenRunConfig config, int threads, Path python) {
    this.config = config;
    this.threads = threads;
    this.python = python;
    folder = ModelFolder.open(Path.of(config.model()));
    encoding = new Encoding(Tokenizer.open(folder.tokenizer()), folder.config());
  }

  /**
   * Makes a trainer.
   *
   * @param threads the number of threads of each model
   * @param python the interpreter for a reward function in Python
   * @throws ModelException if model, data or reward do not fit; the message is a sentence
   */
  public static TokenTraining of(TokenRunConfig config, int threads, Path python) {
    TokenTrainers made = new TokenTrainers(config, threads, python);
    try {
      TokenTrainer trainer = made.trainer();
      Evaluation evaluation = made.evaluation(trainer.model());
      return new TokenTraining(trainer, evaluation, List.copyOf(made.rewards));
    } catch (RuntimeException e) {
      made.rewards.forEach(ObservedReward::close);
      throw e;
    }
  }

  private @Nullable Evaluation evaluation(Transformer model) {
    EvalConfig eval = config.eval();
    if (eval == null) {
      return null;
    }
    if (config.sampling() == null) {
      throw new ModelException("a reward model draws nothing, so it cannot be evaluated");
    }
    RewardFunction reward = opened(eval.reward());
    return new Evaluation(
        eval.steps(),
        model,
        encoding,
        scored(Path.of(eval.data()), reward),
        config.sampling(),
        reward,
        config.train().seed());
  }

  private TokenTrainer trainer() {
    Path data = Path.of(config.data());
    return switch (config.algorithm()) {
      case SFT -> {
        List<Example> examples = Examples.read(data, "prompt", "completion");
        yield new SftTrainer(config.train(), language(true), encoding, examples);
      }
      case REWARD -> {
        List<Example> examples = Examples.read(data, "prompt", "chosen", "rejected");
        yield new RewardTrainer(
            config.train(), adapted(folder.load(Head.SCORE, threads)), encoding, examples);
      }
      case DPO -> {
        List<Example> examples = Examples.read(data, "prompt", "chosen", "rejected");
        yield new DpoTrainer(
            config.train(),
            Objects.requireNonNull(config.dpo()),
            language(true),
            language(false),
            encoding,
            examples);
      }
      case GRPO, RLOO -> {
        RewardFunction reward = reward();
        List<Example> examples = scored(data, reward);
        boolean leashed = Objects.requireNonNull(config.grpo()).beta() > 0;
        yield new GrpoTrainer(
            config.train(),
            Objects.requireNonNull(config.sampling()),
            config.grpo(),
            language(true),
            leashed ? language(false) : null,
            encoding,
            examples,
            reward);
      }
      case PPO -> {
        RewardFunction reward = reward();
        List<Example> examples = scored(data, reward);
        yield new PpoTokensTrainer(
            config.train(),
            Objects.requireNonNull(config.sampling()),
            Objects.requireNonNull(config.ppo()),
            language(true),
            language(false),
            value(),
            encoding,
            examples,
            reward);
      }
    };
  }

  private Transformer language(boolean learns) {
    if (folder.config().head() != Head.LANGUAGE) {
      throw new ModelException(
          "%s is a reward model; give the folder of a language model".formatted(folder.path()));
    }
    Transformer model = folder.load(threads);
    return learns ? adapted(model) : model;
  }

  private Transformer adapted(Transformer model) {
    if (config.lora() != null) {
      model.adapt(config.lora()).draw(config.train().seed());
    }
    return model;
  }

  private Transformer value() {
    @Nullable String given = config.valueModel();
    ModelFolder source = given == null ? folder : ModelFolder.open(Path.of(given));
    if (source.config().vocabularySize() != folder.config().vocabularySize()) {
      throw new ModelException(
          "the value model's vocabulary has %d tokens, but the model's has %d"
              .formatted(source.config().vocabularySize(), folder.config().vocabularySize()));
    }
    return source.load(Head.SCORE, threads);
  }

  private RewardFunction reward() {
    RewardSource source = config.reward();
    if (source == null) {
      throw new ModelException(
          "%s needs a reward: a model, a class or a Python function"
              .formatted(config.algorithm().name()));
    }
    return opened(source);
  }

  private RewardFunction opened(RewardSource source) {
    ObservedReward reward = new ObservedReward(source.open(threads, python));
    rewards.add(reward);
    return reward;
  }

  /** Reads prompts with what a reward needs. */
  private static List<Example> scored(Path data, RewardFunction reward) {
    List<Example> examples = Examples.read(data, "prompt");
    Examples.require(examples, reward.columns());
    return examples;
  }
}
