package org.ppo4j.tokens.run;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.model.AdapterConfig;
import org.ppo4j.tokens.train.DpoConfig;
import org.ppo4j.tokens.train.DpoTrainer;
import org.ppo4j.tokens.train.GrpoConfig;
import org.ppo4j.tokens.train.GrpoTrainer;
import org.ppo4j.tokens.train.PpoTokensConfig;
import org.ppo4j.tokens.train.PpoTokensTrainer;
import org.ppo4j.tokens.train.RewardTrainer;
import org.ppo4j.tokens.train.SamplingConfig;
import org.ppo4j.tokens.train.SftTrainer;
import org.ppo4j.tokens.train.TrainConfig;

/**
 * What the user decided about a training, as in its {@code config.json}.
 *
 * @param model the folder of the model to start from
 * @param data the file of examples
 * @param reward where rewards come from; null if the algorithm needs none
 * @param valueModel the folder of the score model that PPO's values start from; null for the policy
 *     with a zero head
 * @param lora the adapters that learn instead of all parameters; null for none
 * @param sampling how completions are drawn, in evaluations too; null for a reward model
 * @param grpo null for other algorithms
 * @param ppo null for other algorithms
 * @param dpo null for other algorithms
 * @param eval how the training is evaluated; null for not at all
 * @param saveSteps the number of steps between checkpoints
 */
public record TokenRunConfig(
    TokenAlgorithm algorithm,
    String model,
    String data,
    @Nullable RewardSource reward,
    @Nullable String valueModel,
    @Nullable AdapterConfig lora,
    TrainConfig train,
    @Nullable SamplingConfig sampling,
    @Nullable GrpoConfig grpo,
    @Nullable PpoTokensConfig ppo,
    @Nullable DpoConfig dpo,
    @Nullable EvalConfig eval,
    int saveSteps) {

  /** Returns the rewards of training and evaluation. */
  public List<RewardSource> rewards() {
    List<RewardSource> rewards = new ArrayList<>();
    if (reward != null) {
      rewards.add(reward);
    }
    if (eval != null) {
      rewards.add(eval.reward());
    }
    return rewards;
  }

  /** Returns an algorithm's defaults. */
  public static TokenRunConfig of(TokenAlgorithm algorithm, String model, String data) {
    return new TokenRunConfig(
        algorithm,
        model,
        data,
        null,
        null,
        null,
        switch (algorithm) {
          case SFT -> SftTrainer.defaults();
          case REWARD -> RewardTrainer.defaults();
          case PPO -> PpoTokensTrainer.defaults();
          case GRPO, RLOO -> GrpoTrainer.defaults();
          case DPO -> DpoTrainer.defaults();
        },
        switch (algorithm) {
          case PPO -> PpoTokensTrainer.samplingDefaults();
          case SFT, DPO, GRPO, RLOO -> GrpoTrainer.samplingDefaults();
          case REWARD -> null;
        },
        switch (algorithm) {
          case GRPO -> GrpoConfig.of(false);
          case RLOO -> GrpoConfig.of(true);
          default -> null;
        },
        algorithm == TokenAlgorithm.PPO ? PpoTokensConfig.of() : null,
        algorithm == TokenAlgorithm.DPO ? DpoConfig.of() : null,
        null,
        500);
  }
}
