package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The optimiser, its learning rate and gradient clipping. */
public record OptimizerConfig(
    @Hyperparameter("rule by which parameters follow the gradient") OptimizerKind optimizer,
    @Hyperparameter(value = "learning rate at the start", in = "(0, inf)") double learningRate,
    @Hyperparameter("how the rate changes over the training") LrSchedule lrSchedule,
    @Hyperparameter(
            value = "divergence of an update that the adaptive schedule aims at",
            in = "(0, inf)")
        double lrTargetKl,
    @Hyperparameter(value = "epsilon of Adam and RMSprop", in = "(0, inf)") double adamEps,
    @Hyperparameter(
            value = "decay of the parameters by adamw, relative to the rate",
            in = "[0, inf)")
        double weightDecay,
    @Hyperparameter(
            value = "bound of the gradient's global norm; Infinity for none",
            in = "(0, inf]")
        double maxGradNorm) {

  public OptimizerConfig {
    Ranges.require(
        OptimizerConfig.class,
        optimizer,
        learningRate,
        lrSchedule,
        lrTargetKl,
        adamEps,
        weightDecay,
        maxGradNorm);
    if (lrSchedule == LrSchedule.ADAPTIVE
        && (learningRate < LearningRate.LEAST || learningRate > LearningRate.MOST)) {
      throw new InvalidHyperparameterException(
          "the adaptive lrSchedule keeps the rate between %s and %s, but learningRate is %s"
              .formatted(LearningRate.LEAST, LearningRate.MOST, learningRate),
          "learningRate",
          "lrSchedule");
    }
  }

  /**
   * Returns the defaults: those of CleanRL's PPO in every profile, of A2C those of
   * Stable-Baselines3, of TRPO those of sb3-contrib; GRPO's rate was chosen on CartPole-v1 and
   * Pendulum-v1.
   */
  public static OptimizerConfig of(Algorithm algorithm, boolean continuous) {
    double lrTargetKl = 0.01;
    double eps = 1e-5;
    double weightDecay = 0.01;
    return switch (algorithm) {
      case A2C ->
          new OptimizerConfig(
              OptimizerKind.RMSPROP, 7e-4, LrSchedule.CONSTANT, lrTargetKl, eps, weightDecay, 0.5);
      case TRPO ->
          new OptimizerConfig(
              OptimizerKind.ADAM,
              1e-3,
              LrSchedule.CONSTANT,
              lrTargetKl,
              eps,
              weightDecay,
              Double.POSITIVE_INFINITY);
      case GRPO ->
          new OptimizerConfig(
              OptimizerKind.ADAM, 1e-3, LrSchedule.LINEAR, lrTargetKl, eps, weightDecay, 0.5);
      default ->
          new OptimizerConfig(
              OptimizerKind.ADAM,
              continuous ? 3e-4 : 2.5e-4,
              LrSchedule.LINEAR,
              lrTargetKl,
              eps,
              weightDecay,
              0.5);
    };
  }
}
