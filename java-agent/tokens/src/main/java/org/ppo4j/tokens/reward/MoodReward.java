package org.ppo4j.tokens.reward;

import java.util.List;
import org.ppo4j.tokens.text.Example;
import org.ppo4j.tokens.text.MoodTask;

/** The true score of {@link MoodTask}, which a reward model only knows from pairs. */
public final class MoodReward implements RewardFunction {
  /** Creates the score. */
  public MoodReward() {}

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    return completions.stream().mapToDouble(MoodTask::score).toArray();
  }
}
