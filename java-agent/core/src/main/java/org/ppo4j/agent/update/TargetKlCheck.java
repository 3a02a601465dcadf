package org.ppo4j.agent.update;

/** When an update tests whether the policy has moved too far from the one that acted. */
public enum TargetKlCheck {
  /** After each epoch, at its last minibatch. */
  EPOCH,
  /** At each minibatch, before its step. */
  MINIBATCH
}
