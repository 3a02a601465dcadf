package org.ppo4j.tokens.train;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.tokens.loss.GroupAdvantages;
import org.ppo4j.tokens.loss.GrpoLoss;

/** GRPO, or RLOO, in the names and with the defaults of TRL 1.16. */
public record GrpoConfig(
    @Hyperparameter("whether the algorithm is RLOO") boolean rloo,
    @Hyperparameter(value = "completions of each prompt", in = "[1, inf)") int numGenerations,
    @Hyperparameter(value = "updates with the completions of a step", in = "[1, inf)")
        int numIterations,
    @Hyperparameter(value = "coefficient of the divergence from the reference", in = "[0, inf)")
        double beta,
    @Hyperparameter(value = "how far the ratio may fall below 1", in = "(0, inf)") double epsilon,
    @Hyperparameter(value = "how far the ratio may rise above 1", in = "(0, inf)")
        double epsilonHigh,
    @Hyperparameter(value = "bound of ratios that are not clipped", in = "(1, inf]") double delta,
    @Hyperparameter("how losses of tokens are added up") GrpoLoss.Type lossType,
    @Hyperparameter("whose ratio is clipped") GrpoLoss.Level importanceSamplingLevel,
    @Hyperparameter("what centred rewards are divided by") GroupAdvantages.Scale scaleRewards,
    @Hyperparameter("whether the divergence is multiplied by the ratio")
        boolean useBiasCorrectionKl,
    @Hyperparameter("whether RLOO's advantages are normalised") boolean normalizeAdvantages) {

  /** Checks the ranges. */
  public GrpoConfig {
    Ranges.require(
        GrpoConfig.class,
        rloo,
        numGenerations,
        numIterations,
        beta,
        epsilon,
        epsilonHigh,
        delta,
        lossType,
        importanceSamplingLevel,
        scaleRewards,
        useBiasCorrectionKl,
        normalizeAdvantages);
    if (numGenerations < 2) {
      throw new InvalidHyperparameterException(
          "numGenerations is 1, but a completion is compared with others of its prompt; use 2 or"
              + " more",
          "numGenerations");
    }
  }

  /** Returns TRL's defaults. */
  public static GrpoConfig of(boolean rloo) {
    return new GrpoConfig(
        rloo,
        rloo ? 2 : 8,
        1,
        rloo ? 0.05 : 0,
        0.2,
        0.2,
        Double.POSITIVE_INFINITY,
        GrpoLoss.Type.DAPO,
        GrpoLoss.Level.TOKEN,
        GroupAdvantages.Scale.GROUP,
        true,
        false);
  }
}
