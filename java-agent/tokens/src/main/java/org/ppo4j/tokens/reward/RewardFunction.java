package org.ppo4j.tokens.reward;

import java.util.List;
import org.ppo4j.tokens.text.Example;

/** Scores completions, such as TRL's reward functions do. */
@FunctionalInterface
public interface RewardFunction {
  /** Returns the rewards of completions, each of the example at the same place. */
  double[] score(List<Example> examples, List<String> completions);
}
