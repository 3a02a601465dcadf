package org.ppo4j.agent.advantage;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;

/** How advantages are estimated. */
public record AdvantageConfig(
    @Hyperparameter(value = "discount", in = "[0, 1]") double gamma,
    @Hyperparameter(
            value = "lambda of generalised advantage estimation",
            in = "[0, 1]",
            except = Algorithm.MONTE_CARLO)
        double gaeLambda,
    @Hyperparameter(
            "whether a truncated episode is bootstrapped from the value of its final observation; CleanRL treats it as terminated")
        boolean bootstrapTruncated,
    @Hyperparameter(
            "whether advantages are normalised over the rollout, before they are in each minibatch")
        boolean normAdvRollout) {

  public AdvantageConfig {
    Ranges.require(AdvantageConfig.class, gamma, gaeLambda, bootstrapTruncated, normAdvRollout);
  }

  /** Returns the defaults: those of CleanRL's PPO, and A2C's lambda of Stable-Baselines3. */
  public static AdvantageConfig of(Algorithm algorithm, Profile profile) {
    double gamma = 0.99;
    double gaeLambda = algorithm == Algorithm.A2C ? 1 : 0.95;
    boolean bootstrapTruncated = profile != Profile.CLEANRL;
    return new AdvantageConfig(gamma, gaeLambda, bootstrapTruncated, false);
  }
}
