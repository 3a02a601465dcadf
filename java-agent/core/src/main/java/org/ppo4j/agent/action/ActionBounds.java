package org.ppo4j.agent.action;

/** How continuous actions are kept within the bounds of their space. */
public enum ActionBounds {
  /**
   * Clipped before they reach the environment; the policy learns from the unclipped sample (detail
   * 27).
   */
  CLIP,
  /** Squashed by tanh and scaled to the bounds, which must be finite. */
  SQUASH,
  /** Passed to the environment unchanged. */
  NONE
}
