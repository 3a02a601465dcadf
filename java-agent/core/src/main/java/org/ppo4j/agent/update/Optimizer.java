package org.ppo4j.agent.update;

import org.ppo4j.agent.state.Stateful;

/** Changes parameters along a gradient that is clipped by its global norm (detail 11). */
public interface Optimizer extends Stateful {

  /** Returns the optimiser that {@code config} names, for {@code size} parameters. */
  static Optimizer of(OptimizerConfig config, int size) {
    return of(config, size, size, 1);
  }

  /**
   * Returns the optimiser that {@code config} names, with two rates.
   *
   * @param size the number of parameters
   * @param criticOffset where the critic's parameters begin; all later ones are the critic's
   * @param criticFactor what the learning rate is multiplied by for the critic
   */
  static Optimizer of(OptimizerConfig config, int size, int criticOffset, double criticFactor) {
    return switch (config.optimizer()) {
      case ADAM, ADAMW -> new Adam(size, config, criticOffset, criticFactor);
      case RMSPROP -> new RmsProp(size, config, criticOffset, criticFactor);
    };
  }

  /**
   * Begins a step, which {@link #step} then applies to ranges of the parameters.
   *
   * @param gradients the loss's gradients with respect to all parameters, {@code [size]}
   * @param learningRate the learning rate of this step, which may be annealed; of the actor, if the
   *     critic has another
   * @return the global norm before clipping; if it is not finite, a step has not begun
   */
  double begin(float[] gradients, double learningRate);

  /**
   * Applies the current step to the parameters {@code from} to {@code to - 1}. Different threads
   * may step disjoint ranges at the same time.
   *
   * @param parameters the parameters, {@code [size]}, overwritten
   * @param gradients the gradients that the step began with, {@code [size]}
   */
  void step(float[] parameters, float[] gradients, int from, int to);
}
