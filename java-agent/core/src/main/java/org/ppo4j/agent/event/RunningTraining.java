package org.ppo4j.agent.event;

import java.util.function.Function;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.VectorEnv;

/**
 * A training as its listeners see it. All methods except {@link #stop} must be called by a
 * listener, on the training's thread.
 */
public interface RunningTraining {

  /** Returns everything the user decided about the training, defaults included. */
  RunConfig config();

  /** Returns the description of the environment. */
  EnvSpec env();

  /** Returns the environment steps at which it is finished, those of all whole rollouts. */
  long totalSteps();

  /** Returns the environment steps learnt from so far, over all sub-environments. */
  long globalStep();

  /** Returns the returns of the last 100 episodes. */
  RecentReturns returns();

  /**
   * Returns whether no iteration follows because all steps are taken or the mean return to stop at
   * is reached; false if the only reason to end is {@link #stop}.
   */
  boolean isEnding();

  /**
   * Returns the training as it was after the last whole iteration. The next iteration overwrites
   * its state; a caller that keeps it must copy it.
   */
  Checkpoint checkpoint();

  /** Returns the policy of {@link #checkpoint}, a copy; the caller closes it. */
  TrainedPolicy policy();

  /**
   * Has {@code action} use the training's own environments, for an evaluation for example. Their
   * episodes are cut off, without a bias: the last rollout ends with the values of their
   * observations, as it does anyway, and new episodes start with a seed of this step.
   *
   * @throws IllegalStateException if the algorithm steps the environments while it learns
   */
  default <R> R borrow(Function<VectorEnv, R> action) {
    throw new IllegalStateException("this training does not lend its environments");
  }

  /** Ends the training after its current iteration; may be called from any thread. */
  void stop();

  /** Returns whether {@link #stop} was called; what takes long should end then. */
  default boolean isStopping() {
    return false;
  }

  /** Passes an evaluation to all listeners, the caller included. */
  void report(Evaluation evaluation);

  /** Passes a hint to all listeners, the caller included. */
  void report(Hint hint);
}
