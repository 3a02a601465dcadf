package org.ppo4j.tokens.train;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.tokens.loss.PairLosses;

/** DPO, in the names and with the defaults of TRL. */
public record DpoConfig(
    @Hyperparameter(value = "strength of the leash to the reference", in = "(0, inf)") double beta,
    @Hyperparameter("the loss of a pair") PairLosses.Dpo lossType,
    @Hyperparameter(value = "probability that a pair is the other way round", in = "[0, 0.5)")
        double labelSmoothing,
    @Hyperparameter(
            value =
                "weight of the loss of supervised fine-tuning on the chosen completions, which is"
                    + " added",
            in = "[0, inf)")
        double sftWeight) {

  /** Checks the ranges. */
  public DpoConfig {
    Ranges.require(DpoConfig.class, beta, lossType, labelSmoothing, sftWeight);
  }

  /** Returns TRL's defaults. */
  public static DpoConfig of() {
    return new DpoConfig(0.1, PairLosses.Dpo.SIGMOID, 0, 0);
  }
}
