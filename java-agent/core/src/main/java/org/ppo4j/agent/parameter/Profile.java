package org.ppo4j.agent.parameter;

/** The set of default hyperparameters. */
public enum Profile {
  /**
   * CleanRL's values, but truncated episodes are bootstrapped and all environments share one
   * normaliser.
   */
  DEFAULT,
  /** {@code ppo.py} and {@code ppo_continuous_action.py} of CleanRL 1.2.0, exactly. */
  CLEANRL
}
