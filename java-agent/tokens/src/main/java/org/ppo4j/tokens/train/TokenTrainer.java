package org.ppo4j.tokens.train;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.tokens.model.Transformer;

/** A training of a model in steps, whose state can be saved and restored. */
public interface TokenTrainer extends Stateful {
  /** Returns the number of steps of the whole training. */
  int steps();

  /**
   * Takes a step.
   *
   * @param step the number of steps before this one
   * @return numbers by the names of TRL's curves
   */
  Map<String, Double> step(int step);

  /** Returns the model that is trained. */
  Transformer model();

  /** Returns the updates, if they maximise PPO's clipped objective of tokens; null otherwise. */
  default @Nullable ClippedUpdates clippedUpdates() {
    return null;
  }
}
