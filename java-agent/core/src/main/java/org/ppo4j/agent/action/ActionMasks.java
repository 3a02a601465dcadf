package org.ppo4j.agent.action;

/**
 * Whether invalid actions are masked, and where an environment in Python says which ones are valid.
 * An environment in Java says it in {@link org.ppo4j.env.Dynamics#actionMask}.
 */
public enum ActionMasks {
  /**
   * Masked if the environment has masks: written in Java, by the method {@code action_masks} of
   * sb3-contrib, in the key {@code action_mask} of Dict observations as in PettingZoo, or in infos
   * for those of Gymnasium's tasks that give them.
   */
  AUTO,
  /** Never masked. */
  NONE,
  /** {@code info["action_mask"]} of every reset and step, as in Gymnasium's Taxi. */
  INFO,
  /** The method {@code action_masks()} of the environment or of a wrapper, as in sb3-contrib. */
  METHOD,
  /** The key {@code action_mask} of Dict observations, as in PettingZoo; it is not learnt from. */
  OBSERVATION;

  /** Returns whether an environment must have masks. */
  public boolean isDemand() {
    return this != AUTO && this != NONE;
  }
}
