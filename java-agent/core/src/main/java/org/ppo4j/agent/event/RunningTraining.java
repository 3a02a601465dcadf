package org.ppo4j.agent.event;

import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.EnvSpec;

/**
 * A training as its listeners see it. All methods but {@link #stop} are called on the training's
 * thread, from within a listener.
 */
public interface RunningTraining {

  /** Returns everything the user decided about the training. */
  RunConfig config();

  /** Returns the environment that it learns. */
  EnvSpec env();

  /** Returns the steps of all its whole rollouts. */
  long totalSteps();

  /** Returns the environment steps learnt from so far, over all sub-environments. */
  long globalStep();

  /** Returns the returns of the last 100 episodes. */
  RecentReturns returns();

  /**
   * Returns whether no iteration follows because all steps are taken or the mean return to stop at
   * is reached. A training that is asked to stop does not count as ending.
   */
  boolean isEnding();

  /**
   * Returns the training as it stood after the last whole iteration, whatever happened since. Its
   * state is reused by the next iteration; copy it to keep it.
   */
  Checkpoint checkpoint();

  /** Returns the policy of {@link #checkpoint}, a copy; the caller closes it. */
  TrainedPolicy policy();

  /** Makes the training end after the iteration it is in; may be called from any thread. */
  void stop();

  /** Tells all listeners of an evaluation. */
  void report(Evaluation evaluation);
}
