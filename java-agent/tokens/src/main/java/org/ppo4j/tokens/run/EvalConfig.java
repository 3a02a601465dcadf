package org.ppo4j.tokens.run;

import org.ppo4j.tokens.model.ModelException;

/**
 * How a training is evaluated, on examples that it need not learn from.
 *
 * @param data the file of examples, of which only prompts and what the reward needs are read
 * @param steps the number of steps between evaluations
 * @param reward what completions are scored with, which need not be the training's reward
 */
public record EvalConfig(String data, int steps, RewardSource reward) {
  /**
   * Checks the number of steps.
   *
   * @throws ModelException if it is not positive
   */
  public EvalConfig {
    if (steps < 1) {
      throw new ModelException(
          "the steps between evaluations are %d, but must be at least 1".formatted(steps));
    }
  }
}
