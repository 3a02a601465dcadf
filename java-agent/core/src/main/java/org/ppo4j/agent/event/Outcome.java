package org.ppo4j.agent.event;

/** How a training ended. */
public enum Outcome {
  /** It took all its steps. */
  FINISHED,
  /** The mean return of its last 100 episodes reached the one it was to stop at. */
  SOLVED,
  /** It was asked to stop. */
  STOPPED,
  /** It failed. */
  FAILED
}
