package org.ppo4j.tokens.train;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.agent.update.OptimizerKind;

/** What all trainers have in common, in the names of transformers' {@code TrainingArguments}. */
public record TrainConfig(
    @Hyperparameter(value = "learning rate at the start", in = "(0, inf)") double learningRate,
    @Hyperparameter(value = "examples, or completions, in a step", in = "[1, inf)") int batchSize,
    @Hyperparameter(
            value =
                "parts into which a step's examples are divided, to need less memory; their"
                    + " gradients are added up",
            in = "[1, inf)")
        int gradientAccumulationSteps,
    @Hyperparameter(value = "passes through the data", in = "(0, inf)") double numTrainEpochs,
    @Hyperparameter(value = "steps instead of passes; 0 for none", in = "[0, inf)") int maxSteps,
    @Hyperparameter(
            value = "bound of the gradient's global norm; Infinity for none",
            in = "(0, inf]")
        double maxGradNorm,
    @Hyperparameter(value = "decoupled decay of the parameters", in = "[0, inf)")
        double weightDecay,
    @Hyperparameter("whether the rate falls linearly to 0 over the training")
        boolean linearSchedule,
    @Hyperparameter("seed of the order of the data and of drawn tokens") long seed) {

  /** Checks the ranges. */
  public TrainConfig {
    Ranges.require(
        TrainConfig.class,
        learningRate,
        batchSize,
        gradientAccumulationSteps,
        numTrainEpochs,
        maxSteps,
        maxGradNorm,
        weightDecay,
        linearSchedule,
        seed);
  }

  /** Returns the defaults of transformers 5, with a trainer's learning rate. */
  static TrainConfig of(double learningRate) {
    return new TrainConfig(learningRate, 8, 1, 3, 0, 1, 0, true, 1);
  }

  /** Returns the settings with another bound of the gradient. */
  TrainConfig withMaxGradNorm(double maxGradNorm) {
    return new TrainConfig(
        learningRate,
        batchSize,
        gradientAccumulationSteps,
        numTrainEpochs,
        maxSteps,
        maxGradNorm,
        weightDecay,
        linearSchedule,
        seed);
  }

  OptimizerConfig optimizer() {
    return new OptimizerConfig(
        OptimizerKind.ADAMW,
        learningRate,
        LrSchedule.CONSTANT,
        0.01,
        1e-8,
        weightDecay,
        maxGradNorm);
  }

  /** Returns the learning rate of a step. */
  double rate(int step, int steps) {
    return linearSchedule ? learningRate * (1 - (double) step / steps) : learningRate;
  }

  /** Returns the number of steps over {@code examples} examples, {@code perStep} in each. */
  int steps(int examples, int perStep) {
    return maxSteps > 0
        ? maxSteps
        : (int) Math.ceil(numTrainEpochs * Math.ceil((double) examples / perStep));
  }
}
