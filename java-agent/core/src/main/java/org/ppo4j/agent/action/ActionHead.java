package org.ppo4j.agent.action;

/** The distribution of continuous actions, and which of its parameters the actor's outputs are. */
public enum ActionHead {
  /**
   * Normal distributions. The outputs are the means, {@code [A]}; the log standard deviations are
   * parameters that do not depend on the state (detail 24).
   */
  GAUSSIAN,
  /**
   * Normal distributions. The outputs are the means and then the log standard deviations, {@code [2
   * A]}, the latter limited to -20 to 2 as in SB3's {@code sac/policies.py}.
   */
  STATE_DEPENDENT_GAUSSIAN,
  /**
   * Beta distributions on the bounds, which must be finite. The outputs are the alphas and then the
   * betas before softplus(output) + 1, {@code [2 A]} (Chou et al. 2017).
   */
  BETA,
  /**
   * Generalised state-dependent exploration (Raffin et al. 2021, SB3's gSDE): noise that is a
   * linear function of the last hidden or recurrent layer and changes every {@code sdeSampleFreq}
   * steps only. The outputs are the means {@code [A]} and then that layer {@code [L]}; the log
   * standard deviations {@code [L, A]} are parameters.
   */
  GSDE
}
