package org.ppo4j.env;

/**
 * When a sub-environment whose episode ended is reset; the counterpart of Gymnasium's {@code
 * AutoresetMode}.
 *
 * <p>The native environments implement all three modes. The PPO implementation and the bridge to
 * Python support {@link #SAME_STEP} only and reject an environment in any other mode.
 */
public enum AutoresetMode {
  /**
   * The step that ends an episode also resets it. {@link StepBatch#observations} holds the first
   * observation of the new episode and {@link StepBatch#finalObservations} the last observation of
   * the old one.
   */
  SAME_STEP,

  /**
   * The step after the one that ended an episode ignores its action and resets the sub-environment.
   * It returns the first observation of the new episode, reward 0 and both flags false.
   */
  NEXT_STEP,

  /** Nothing is reset. Stepping a sub-environment whose episode ended is an error. */
  DISABLED
}
