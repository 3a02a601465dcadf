package org.ppo4j.tokens.run;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.Head;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.Examples;
import org.ppo4j.tokens.text.Tokenizer;
import org.ppo4j.tokens.train.Encoding;
import org.ppo4j.tokens.train.Sampler;
import org.ppo4j.tokens.train.SamplingConfig;

/**
 * Completions that a model drew.
 *
 * @param completions one for each example
 * @param rewards one for each example; empty if there is no reward
 */
public record Samples(List<Example> examples, List<String> completions, double[] rewards) {

  /** Draws a completion for each example. */
  public static Samples draw(
      ModelFolder folder,
      List<Example> examples,
      SamplingConfig sampling,
      long seed,
      @Nullable RewardSource source,
      int threads,
      Path python) {
    if (folder.config().head() != Head.LANGUAGE) {
      throw new ModelException(
          "%s is a reward model, which draws nothing".formatted(folder.path()));
    }
    try (Tokenizer tokenizer = Tokenizer.open(folder.tokenizer());
        Transformer model = folder.load(threads);
        @Nullable RewardFunction reward = source == null ? null : source.open(threads, python)) {
      if (reward != null) {
        Examples.require(examples, reward.columns());
      }
      Encoding encoding = new Encoding(tokenizer, folder.config());
      List<int[]> prompts = examples.stream().map(example -> encoding.prompt(example, 1)).toList();
      RandomStream random = new RandomStream(seed, Seeds.Purpose.ACTING);
      List<String> texts =
          new Sampler(model, sampling)
              .draw(prompts, random.generator()).stream().map(encoding::text).toList();
      double[] rewards = reward == null ? new double[0] : reward.finiteScores(examples, texts);
      return new Samples(examples, texts, rewards);
    }
  }

  /** Returns the mean reward. */
  public double meanReward() {
    return Arrays.stream(rewards).average().orElse(Double.NaN);
  }

  /** Returns a line with prompt, completion and reward of an example. */
  public String line(int example) {
    String text = examples.get(example).prompt() + "|" + completions.get(example);
    return rewards.length == 0 ? text : "%8.4f  %s".formatted(rewards[example], text);
  }
}
