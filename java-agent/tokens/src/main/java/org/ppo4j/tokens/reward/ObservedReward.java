package org.ppo4j.tokens.reward;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.text.Example;

/** A reward function whose rewards can be observed. */
public final class ObservedReward implements RewardFunction {
  private final RewardFunction reward;
  private @Nullable RewardObserver observer;

  /** Creates the function, which gives the rewards of {@code reward}. */
  public ObservedReward(RewardFunction reward) {
    this.reward = reward;
  }

  /** Has completions and rewards passed to an observer. */
  public void observe(RewardObserver receiver) {
    observer = receiver;
  }

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    double[] rewards = reward.score(examples, completions);
    if (observer != null && rewards.length == completions.size()) {
      observer.scored(examples, completions, rewards);
    }
    return rewards;
  }

  @Override
  public List<String> columns() {
    return reward.columns();
  }

  @Override
  public void close() {
    reward.close();
  }
}
