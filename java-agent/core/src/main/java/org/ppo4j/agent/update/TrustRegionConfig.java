package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The conjugate gradient and the line search of TRPO. */
public record TrustRegionConfig(
    @Hyperparameter(value = "steps of the conjugate gradient", in = "[1, inf)", of = Algorithm.TRPO)
        int cgMaxSteps,
    @Hyperparameter(
            value = "number added to the diagonal of the Fisher information",
            in = "[0, inf)",
            of = Algorithm.TRPO)
        double cgDamping,
    @Hyperparameter(
            value = "factor between two steps that the line search tries",
            in = "(0, 1)",
            of = Algorithm.TRPO)
        double lineSearchShrinkingFactor,
    @Hyperparameter(
            value = "steps that the line search tries",
            in = "[1, inf)",
            of = Algorithm.TRPO)
        int lineSearchMaxIter) {

  /** The defaults, those of sb3-contrib. */
  public static final TrustRegionConfig DEFAULT = new TrustRegionConfig(15, 0.1, 0.8, 10);

  public TrustRegionConfig {
    Ranges.require(
        TrustRegionConfig.class,
        cgMaxSteps,
        cgDamping,
        lineSearchShrinkingFactor,
        lineSearchMaxIter);
  }
}
