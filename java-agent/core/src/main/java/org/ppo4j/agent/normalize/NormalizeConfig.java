package org.ppo4j.agent.normalize;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;

/** How observations and rewards are normalised. */
public record NormalizeConfig(
    @Hyperparameter("whether observations are normalised by their running mean and variance")
        boolean normObs,
    @Hyperparameter(value = "bound of normalised observations; Infinity for none", in = "(0, inf]")
        double clipObs,
    @Hyperparameter("whether rewards are divided by the running deviation of the discounted return")
        boolean normReward,
    @Hyperparameter(value = "bound of normalised rewards; Infinity for none", in = "(0, inf]")
        double clipReward,
    @Hyperparameter(
            "whether each sub-environment has its own normalisers, as CleanRL's wrappers do, or all"
                + " share one")
        boolean normalizerPerEnv,
    @Hyperparameter(
            "whether the shared statistics of observations change between rollouts only, as remote"
                + " actors need")
        boolean normalizerPerRollout) {

  public NormalizeConfig {
    Ranges.require(
        NormalizeConfig.class,
        normObs,
        clipObs,
        normReward,
        clipReward,
        normalizerPerEnv,
        normalizerPerRollout);
  }

  /** Returns a copy that leaves rewards as they are. */
  public NormalizeConfig withRawRewards() {
    return new NormalizeConfig(
        normObs, clipObs, false, clipReward, normalizerPerEnv, normalizerPerRollout);
  }

  /**
   * Returns the defaults of an algorithm; GRPO does not normalise rewards, because it divides
   * returns by the deviation of their group.
   */
  public static NormalizeConfig of(Algorithm algorithm, Profile profile, boolean continuous) {
    NormalizeConfig all = of(profile, continuous);
    return algorithm != Algorithm.GRPO ? all : all.withRawRewards();
  }

  /** Returns the defaults; CleanRL normalises where actions are continuous. */
  public static NormalizeConfig of(Profile profile, boolean continuous) {
    double clipObs = 10;
    double clipReward = 10;
    boolean normalizerPerEnv = profile == Profile.CLEANRL;
    return new NormalizeConfig(
        continuous, clipObs, continuous, clipReward, normalizerPerEnv, false);
  }
}
