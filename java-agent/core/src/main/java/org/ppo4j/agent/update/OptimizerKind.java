package org.ppo4j.agent.update;

/** The rule by which parameters follow the gradient. */
public enum OptimizerKind {
  /** Adam (Kingma and Ba 2015; {@code torch.optim.Adam}). */
  ADAM,
  /** Adam with decoupled weight decay (Loshchilov and Hutter 2019; {@code torch.optim.AdamW}). */
  ADAMW,
  /** RMSprop as TensorFlow has it ({@code RMSpropTFLike} of Stable-Baselines3). */
  RMSPROP
}
