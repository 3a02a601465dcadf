package org.ppo4j.env;

/** When a sub-environment whose episode ended is reset; Gymnasium's {@code AutoresetMode}. */
public enum AutoresetMode {
  /**
   * The step that ends an episode resets it too: {@link StepBatch#observations} holds the first
   * observation of the new episode, {@link StepBatch#finalObservations} the last one of the old.
   */
  SAME_STEP,

  /**
   * The step after the one that ended an episode ignores its action and resets: it gives the first
   * observation of the new episode, reward 0 and both flags false.
   */
  NEXT_STEP,

  /** Nothing is reset; stepping a sub-environment whose episode ended is an error. */
  DISABLED
}
