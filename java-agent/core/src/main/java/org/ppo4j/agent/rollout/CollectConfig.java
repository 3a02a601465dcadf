package org.ppo4j.agent.rollout;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The size of a batch: T steps of N sub-environments. */
public record CollectConfig(
    @Hyperparameter(value = "sub-environments, N", in = "[1, inf)") int numEnvs,
    @Hyperparameter(value = "steps of each sub-environment in a rollout, T", in = "[1, inf)")
        int numSteps) {

  private static final long MAX_BATCH_SIZE = 1 << 30;

  public CollectConfig {
    Ranges.require(CollectConfig.class, numEnvs, numSteps);
    if ((long) numEnvs * numSteps > MAX_BATCH_SIZE) {
      throw new InvalidHyperparameterException(
          "a batch of numEnvs %d times numSteps %d transitions is too large; at most %d fit"
              .formatted(numEnvs, numSteps, MAX_BATCH_SIZE),
          "numEnvs",
          "numSteps");
    }
  }

  /** Returns the defaults, those of CleanRL in every profile. */
  public static CollectConfig of(boolean continuous) {
    return continuous ? new CollectConfig(1, 2048) : new CollectConfig(4, 128);
  }

  /** Returns the number of transitions in a batch, {@code numEnvs * numSteps}. */
  public int batchSize() {
    return numEnvs * numSteps;
  }
}
