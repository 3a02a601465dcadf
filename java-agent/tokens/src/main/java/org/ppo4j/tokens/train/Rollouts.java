package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.agent.state.RandomStream;
import org.ppo4j.agent.state.Seeds;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.reward.ClosedRewardException;
import org.ppo4j.tokens.reward.RewardFunction;
import org.ppo4j.tokens.text.Example;

/** Draws completions of prompts from a policy and scores them. */
final class Rollouts implements Stateful {
  /**
   * What was drawn.
   *
   * @param scores one for each completion
   * @param ended whether each completion ends with the token that ends a text
   */
  record Batch(Completions completions, double[] scores, boolean[] ended) {
    double endedFraction() {
      int count = 0;
      for (boolean one : ended) {
        count += one ? 1 : 0;
      }
      return (double) count / ended.length;
    }
  }

  private final Encoding encoding;
  private final List<Example> examples;
  private final List<int[]> prompts = new ArrayList<>();
  private final RewardFunction reward;
  private final Sampler sampler;
  private final DataOrder order;
  private final RandomStream random;

  Rollouts(
      Transformer model,
      Encoding encoding,
      List<Example> examples,
      RewardFunction reward,
      SamplingConfig sampling,
      long seed) {
    this.encoding = encoding;
    this.examples = examples;
    this.reward = reward;
    sampler = new Sampler(model, sampling);
    encoding.eos();
    for (Example example : examples) {
      prompts.add(encoding.prompt(example, 1));
    }
    order = new DataOrder(examples.size(), seed);
    random = new RandomStream(seed, Seeds.Purpose.ACTING);
  }

  DataOrder order() {
    return order;
  }

  /**
   * Draws {@code group} completions of each of the next {@code count} prompts. If the reward is
   * closed meanwhile, nothing is drawn, and the next call draws the same.
   *
   * @throws ClosedRewardException if the reward was closed
   */
  Batch draw(int count, int group) {
    TrainingState before = new TrainingState();
    save(before);
    try {
      return drawn(count, group);
    } catch (ClosedRewardException e) {
      restore(before);
      throw e;
    }
  }

  private Batch drawn(int count, int group) {
    List<Example> some = new ArrayList<>();
    List<int[]> somePrompts = new ArrayList<>();
    for (int place : order.next(count)) {
      for (int i = 0; i < group; i++) {
        some.add(examples.get(place));
        somePrompts.add(prompts.get(place));
      }
    }
    List<int[]> completions = sampler.draw(somePrompts, random.generator());
    List<String> texts = completions.stream().map(encoding::text).toList();
    double[] scores = reward.finiteScores(some, texts);
    boolean[] ended = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      int[] completion = completions.get(i);
      ended[i] = completion[completion.length - 1] == encoding.eos();
    }
    return new Batch(new Completions(somePrompts, completions), scores, ended);
  }

  @Override
  public void save(TrainingState state) {
    order.save(state);
    random.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    order.restore(state);
    random.restore(state);
  }
}
