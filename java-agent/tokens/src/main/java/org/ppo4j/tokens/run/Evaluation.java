package org.ppo4j.tokens.run;

import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.train.Encoding;
import org.ppo4j.tokens.train.Sampler;
import org.ppo4j.tokens.train.SamplingConfig;

/**
 * Evaluates a model while it learns: draws a completion of each example and scores it. Each
 * evaluation uses the same random numbers, which are not those of the training.
 */
public final class Evaluation {
  private final int every;
  private final List<Example> examples;
  private final List<int[]> prompts;
  private final Sampler sampler;
  private final Encoding encoding;
  private final RewardFunction reward;
  private final long seed;

  Evaluation(
      int every,
      Transformer model,
      Encoding encoding,
      List<Example> examples,
      SamplingConfig sampling,
      RewardFunction reward,
      long seed) {
    this.every = every;
    this.encoding = encoding;
    this.examples = examples;
    this.reward = reward;
    this.seed = seed;
    sampler = new Sampler(model, sampling);
    prompts = examples.stream().map(example -> encoding.prompt(example, 1)).toList();
  }

  /** Returns whether there is an evaluation after {@code step} of {@code steps} steps. */
  boolean isDue(int step, int steps) {
    return step % every == 0 || step == steps;
  }

  /** Returns the means over the examples, and the share of completions that differ. */
  Map<String, Double> run() {
    RandomStream random = new RandomStream(seed, Seeds.Purpose.EVALUATION);
    List<int[]> completions = sampler.draw(prompts, random.generator());
    List<String> texts = completions.stream().map(encoding::text).toList();
    double[] rewards = reward.finiteScores(examples, texts);
    double mean = Arrays.stream(rewards).average().orElse(Double.NaN);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("eval/reward", mean);
    metrics.put("eval/distinct", (double) new HashSet<>(texts).size() / texts.size());
    double length = completions.stream().mapToInt(tokens -> tokens.length).average().orElse(0);
    metrics.put("eval/mean_length", length);
    return metrics;
  }
}
