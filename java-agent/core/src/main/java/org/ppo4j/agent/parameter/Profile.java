package org.ppo4j.agent.parameter;

/** Whose hyperparameters a training starts from. */
public enum Profile {
  /** CleanRL's numbers with truncation bootstrapped and one normaliser for all environments. */
  DEFAULT,
  /** {@code ppo.py} and {@code ppo_continuous_action.py} of CleanRL 1.2.0, to the letter. */
  CLEANRL
}
