package org.ppo4j.agent.update;

/** How the learning rate changes over a training. */
public enum LrSchedule {
  /** It does not. */
  CONSTANT,
  /** It falls linearly towards 0 (detail 4). */
  LINEAR,
  /**
   * It falls towards 0 as half a cosine wave ({@code torch.optim.lr_scheduler.CosineAnnealingLR}).
   */
  COSINE,
  /** It follows the divergence of the updates ({@link LearningRate}). */
  ADAPTIVE
}
