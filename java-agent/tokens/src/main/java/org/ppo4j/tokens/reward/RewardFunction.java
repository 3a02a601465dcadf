package org.ppo4j.tokens.reward;

import java.util.List;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.text.Example;

/** Scores completions, such as TRL's reward functions do. */
@FunctionalInterface
public interface RewardFunction extends AutoCloseable {
  /**
   * Returns the rewards of completions, each of the example at the same place.
   *
   * @throws ClosedRewardException if it was closed meanwhile and needs what was closed
   */
  double[] score(List<Example> examples, List<String> completions);

  /**
   * Returns the columns that each example must have, in addition to its prompt. They are checked
   * before a training begins.
   */
  default List<String> columns() {
    return List.of();
  }

  /** Ends what the function needs, such as a process; any thread may call it. */
  @Override
  default void close() {}

  /**
   * Returns the rewards as {@link #score} does, in an array of the caller's.
   *
   * @throws ModelException if their number is not that of the completions, or one is not finite
   */
  default double[] finiteScores(List<Example> examples, List<String> completions) {
    double[] scores = score(examples, completions).clone();
    if (scores.length != completions.size()) {
      throw new ModelException(
          "the reward function gave %d rewards for %d completions"
              .formatted(scores.length, completions.size()));
    }
    for (int i = 0; i < scores.length; i++) {
      if (!Double.isFinite(scores[i])) {
        throw new ModelException(
            "the reward of \"%s\" for %s is %s, but must be a finite number"
                .formatted(completions.get(i), examples.get(i).place(), scores[i]));
      }
    }
    return scores;
  }
}
