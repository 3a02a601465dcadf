package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The optimiser, its learning rate and gradient clipping. */
public record OptimizerConfig(
    @Hyperparameter(value = "Adam's rate at the start", in = "(0, inf)") double learningRate,
    @Hyperparameter("whether the rate falls linearly towards 0 over the training") boolean annealLr,
    @Hyperparameter(value = "Adam's epsilon", in = "(0, inf)") double adamEps,
    @Hyperparameter(
            value = "bound of the gradient's global norm; Infinity for none",
            in = "(0, inf]")
        double maxGradNorm) {

  public OptimizerConfig {
    Ranges.require(OptimizerConfig.class, learningRate, annealLr, adamEps, maxGradNorm);
  }

  /** Returns the defaults, those of CleanRL in every profile. */
  public static OptimizerConfig of(boolean continuous) {
    double learningRate = continuous ? 3e-4 : 2.5e-4;
    boolean annealLr = true;
    double adamEps = 1e-5;
    double maxGradNorm = 0.5;
    return new OptimizerConfig(learningRate, annealLr, adamEps, maxGradNorm);
  }
}
