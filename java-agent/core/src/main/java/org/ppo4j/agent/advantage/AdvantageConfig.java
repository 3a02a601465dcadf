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
            except = {Algorithm.MONTE_CARLO, Algorithm.GRPO})
        double gaeLambda,
    @Hyperparameter(
            value =
                "whether a truncated episode is bootstrapped from the value of its final observation; CleanRL treats it as terminated",
            except = Algorithm.GRPO)
        boolean bootstrapTruncated,
    @Hyperparameter(
            value =
                "whether advantages are normalised over the rollout, before they are in each minibatch",
            except = Algorithm.GRPO)
        boolean normAdvRollout,
    @Hyperparameter(
            value =
                "sub-environments that start from the same state, and whose returns are compared",
            in = "[2, inf)",
            of = Algorithm.GRPO)
        int groupSize) {

  private static final int GROUP_SIZE = 8; // as TRL's num_generations

  public AdvantageConfig {
    Ranges.require(
        AdvantageConfig.class, gamma, gaeLambda, bootstrapTruncated, normAdvRollout, groupSize);
  }

  /** Creates a configuration with the default size of groups. */
  public AdvantageConfig(
      double gamma, double gaeLambda, boolean bootstrapTruncated, boolean normAdvRollout) {
    this(gamma, gaeLambda, bootstrapTruncated, normAdvRollout, GROUP_SIZE);
  }

  /**
   * Returns the defaults: those of CleanRL's PPO, A2C's lambda of Stable-Baselines3, and GRPO's
   * returns without a discount.
   */
  public static AdvantageConfig of(Algorithm algorithm, Profile profile) {
    double gamma = algorithm == Algorithm.GRPO ? 1 : 0.99;
    double gaeLambda = algorithm == Algorithm.A2C ? 1 : 0.95;
    boolean bootstrapTruncated = profile != Profile.CLEANRL;
    return new AdvantageConfig(gamma, gaeLambda, bootstrapTruncated, false);
  }
}
