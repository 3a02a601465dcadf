package org.ppo4j.agent.update;

import org.ppo4j.agent.loss.LossObserver;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.Stateful;

/** Changes the networks' parameters by what a rollout shows. */
public interface Learner extends Stateful {

  /**
   * Learns from a rollout.
   *
   * @param rollout the rollout, with advantages and returns
   * @param learningRate the optimiser's rate in this iteration
   * @param clipCoef the clip range in this iteration
   * @return what listeners and TensorBoard show, by tag
   */
  Metrics learn(Rollout rollout, double learningRate, double clipCoef);

  /** Has {@code observer} receive each minibatch of the policy's loss; ignored without one. */
  default void observe(LossObserver observer) {}

  /** Returns whether {@link Rollout#policyOutputs} is needed. */
  default boolean needsPolicyOutputs() {
    return false;
  }
}
