package org.ppo4j.tokens.train;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.tokens.loss.PpoTokens;

/** PPO on tokens, in the names and with the defaults of TRL 1.12. */
public record PpoTokensConfig(
    @Hyperparameter(value = "passes through the completions of a step", in = "[1, inf)")
        int numPpoEpochs,
    @Hyperparameter(value = "minibatches of the completions of a step", in = "[1, inf)")
        int numMiniBatches,
    @Hyperparameter(value = "coefficient of the divergence from the reference", in = "[0, inf)")
        double klCoef,
    @Hyperparameter("estimator of the divergence") PpoTokens.KlEstimator klEstimator,
    @Hyperparameter(value = "how far the ratio may be from 1", in = "(0, 1)") double cliprange,
    @Hyperparameter(value = "coefficient of the value loss", in = "[0, inf)") double vfCoef,
    @Hyperparameter(value = "how far a value may move", in = "(0, inf)") double cliprangeValue,
    @Hyperparameter(value = "discount of each token", in = "[0, 1]") double gamma,
    @Hyperparameter(value = "lambda of the advantages", in = "[0, 1]") double lam,
    @Hyperparameter("whether rewards are divided by their deviation") boolean whitenRewards,
    @Hyperparameter(value = "subtracted from scores of texts without an end", in = "[0, inf)")
        double missingEosPenalty) {

  /** Checks the ranges. */
  public PpoTokensConfig {
    Ranges.require(
        PpoTokensConfig.class,
        numPpoEpochs,
        numMiniBatches,
        klCoef,
        klEstimator,
        cliprange,
        vfCoef,
        cliprangeValue,
        gamma,
        lam,
        whitenRewards,
        missingEosPenalty);
  }

  /** Returns TRL's defaults. */
  public static PpoTokensConfig of() {
    return new PpoTokensConfig(
        4, 1, 0.05, PpoTokens.KlEstimator.K1, 0.2, 0.1, 0.2, 1, 0.95, false, 0);
  }

  PpoTokens.Settings settings(int responseLength) {
    return new PpoTokens.Settings(
        klCoef,
        klEstimator,
        cliprange,
        vfCoef,
        cliprangeValue,
        gamma,
        lam,
        whitenRewards,
        responseLength);
  }
}
