package org.ppo4j.tokens.run;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.reward.ObservedReward;
import org.ppo4j.tokens.reward.RewardObserver;
import org.ppo4j.tokens.train.TokenTrainer;

/**
 * A training as a configuration describes it.
 *
 * @param trainer takes the steps
 * @param evaluation null if there is none
 * @param rewards those of the training and of the evaluation, in this order
 */
public record TokenTraining(
    TokenTrainer trainer, @Nullable Evaluation evaluation, List<ObservedReward> rewards)
    implements AutoCloseable {

  /** Has completions and their rewards observed: of the training, or else of evaluations. */
  public void observe(RewardObserver observer) {
    if (!rewards.isEmpty()) {
      rewards.getFirst().observe(observer);
    }
  }

  /** Closes the rewards, such as processes of Python; any thread may call it, at any time. */
  @Override
  public void close() {
    rewards.forEach(ObservedReward::close);
  }
}
