package org.ppo4j.agent.event;

/** How a training ended. */
public enum Outcome {
  /** It took all its steps. */
  FINISHED,
  /** The mean return of its last 100 episodes reached the one at which it was to stop. */
  SOLVED,
  /** It was asked to stop, before it took all its steps. */
  STOPPED,
  /** An exception ended it. */
  FAILED
}
