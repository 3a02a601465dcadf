package org.ppo4j.agent.advantage;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;

/** How advantages are estimated. */
public record AdvantageConfig(
    @Hyperparameter(value = "discount", in = "[0, 1]") double gamma,
    @Hyperparameter(value = "lambda of generalised advantage estimation", in = "[0, 1]")
        double gaeLambda,
    @Hyperparameter(
            "whether a truncated episode is bootstrapped from the value of its final observation; CleanRL treats it as terminated")
        boolean bootstrapTruncated) {

  public AdvantageConfig {
    Ranges.require(AdvantageConfig.class, gamma, gaeLambda, bootstrapTruncated);
  }

  /** Returns the defaults. */
  public static AdvantageConfig of(Profile profile) {
    double gamma = 0.99;
    double gaeLambda = 0.95;
    boolean bootstrapTruncated = profile != Profile.CLEANRL;
    return new AdvantageConfig(gamma, gaeLambda, bootstrapTruncated);
  }
}
