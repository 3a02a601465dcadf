package org.ppo4j.agent.event;

/** A sign that a training is in trouble. */
public enum Sign {
  /** Updates of several steps do not change the policy: the ratio of probabilities stays 1. */
  RATIO_STAYS_ONE,
  /** Single updates move the policy far from the one that collected the rollout. */
  KL_SPIKES,
  /** The policy is almost deterministic early in the training. */
  ENTROPY_COLLAPSED,
  /** The critic predicts returns worse than their mean would. */
  RETURNS_UNEXPLAINED,
  /** More than half of the probabilities leave the clip range. */
  MOSTLY_CLIPPED,
  /** The deviation of a continuous action grew many times. */
  DEVIATION_EXPLODED,
  /** The deviation of a continuous action fell to a small part. */
  DEVIATION_VANISHED,
  /** The gradient is many times longer than the norm that it is clipped to. */
  GRADIENTS_CLIPPED,
  /** No episode ends. */
  NO_EPISODE,
  /** An observation was outside the bounds that its space gives. */
  OBSERVATION_OUT_OF_BOUNDS,
  /** The policy starts far from the bounds of a continuous action. */
  ACTIONS_OUT_OF_REACH,
  /** All returns of a rollout are equal. */
  RETURNS_CONSTANT,
  /** Episodes of an evaluation did not end. */
  EPISODES_CUT,
  /** The policy left its reference, and its returns fell far below the reference's. */
  REFERENCE_LOST,
  /** A number of an observation multiplied the running deviation that normalises it. */
  OBSERVATION_SPIKE
}
