package org.ppo4j.agent.rollout;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** How a training is held near a reference policy, if it has one. */
public record LeashConfig(
    @Hyperparameter(
            value = "weight of the divergence from the reference policy, taken from each reward",
            in = "[0, 1000000]")
        double klCoef,
    @Hyperparameter("estimator of that divergence by one action") KlEstimator klEstimator) {

  /** The defaults, those of TRL's PPO. */
  public static final LeashConfig DEFAULT = new LeashConfig(0.05, KlEstimator.K1);

  public LeashConfig {
    Ranges.require(LeashConfig.class, klCoef, klEstimator);
  }
}
