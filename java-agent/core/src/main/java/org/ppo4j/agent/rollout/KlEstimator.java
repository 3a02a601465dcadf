package org.ppo4j.agent.rollout;

/**
 * How the divergence from a reference policy is estimated by one action (Schulman 2020,
 * "Approximating KL Divergence"), with x = log pi(a) - log pi_ref(a).
 */
public enum KlEstimator {
  /**
   * x: without bias, negative for some actions. As a penalty in rewards, its expected gradient is
   * that of the divergence.
   */
  K1 {
    @Override
    double estimate(double logRatio) {
      return logRatio;
    }
  },
  /**
   * exp(-x) - 1 + x: without bias, never negative, of smaller variance. As a penalty in rewards,
   * its expected gradient is not that of the divergence, and holds less.
   */
  K3 {
    @Override
    double estimate(double logRatio) {
      return Math.expm1(-logRatio) + logRatio;
    }
  };

  /** Returns the estimate for one action. */
  abstract double estimate(double logRatio);
}
