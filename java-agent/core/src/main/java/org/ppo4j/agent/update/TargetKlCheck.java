package org.ppo4j.agent.update;

/** When an update tests whether the policy has moved too far from the one that acted. */
public enum TargetKlCheck {
  /** After each epoch, at its last minibatch, as in CleanRL. */
  EPOCH,
  /** After each epoch, at the mean over its rows. */
  EPOCH_MEAN,
  /** At each minibatch, before its step, as in SB3. */
  MINIBATCH
}
