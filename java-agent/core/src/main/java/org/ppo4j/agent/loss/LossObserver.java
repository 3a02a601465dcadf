package org.ppo4j.agent.loss;

/**
 * Receives what the policy's loss saw of each minibatch, on the training's thread. A {@link
 * org.ppo4j.agent.event.TrainingListener} that implements it is found when the training starts; a
 * training without one does nothing for it.
 */
public interface LossObserver {

  /**
   * Called after the loss of a minibatch was computed. The arrays are read during the call only.
   *
   * @param rows B, the number of transitions
   * @param newLogProbs log probabilities of their actions under the present policy, {@code [B]};
   *     not to be written
   * @param oldLogProbs log probabilities with which the actions were drawn, {@code [B]}; not to be
   *     written
   * @param advantages advantages as the loss uses them, normalised if so configured, {@code [B]};
   *     not to be written
   */
  void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages);
}
