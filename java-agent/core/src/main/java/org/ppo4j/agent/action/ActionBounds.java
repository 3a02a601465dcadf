package org.ppo4j.agent.action;

/** How continuous actions are kept within the bounds of their space. */
public enum ActionBounds {
  /** Clipped on their way to the environment; the policy learns from the sample (detail 27). */
  CLIP,
  /** Squashed by tanh and scaled to the bounds, which must be finite. */
  SQUASH,
  /** Not at all. */
  NONE
}
