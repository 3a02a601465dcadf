package org.ppo4j.agent.rollout;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The size of a batch: T steps of N sub-environments. */
public record CollectConfig(
    @Hyperparameter(value = "sub-environments, N", in = "[1, inf)") int numEnvs,
    @Hyperparameter(value = "steps of each sub-environment in a rollout, T", in = "[1, inf)")
        int numSteps,
    @Hyperparameter(
            value =
                "updates that the acting policy may be behind: 1 collects while it learns, 0 waits as ppo does",
            in = "[0, 1]",
            of = Algorithm.APPO)
        int maxLag) {

  /** The most transitions of a batch. */
  public static final long MAX_BATCH_SIZE = 1 << 30;

  public CollectConfig {
    Ranges.require(CollectConfig.class, numEnvs, numSteps, maxLag);
    if ((long) numEnvs * numSteps > MAX_BATCH_SIZE) {
      throw new InvalidHyperparameterException(
          "a batch of numEnvs %d times numSteps %d transitions is too large; at most %d fit"
              .formatted(numEnvs, numSteps, MAX_BATCH_SIZE),
          "numEnvs",
          "numSteps");
    }
  }

  /**
   * Returns the defaults: those of CleanRL's PPO; A2C's 5 steps, as in Stable-Baselines3; for TRPO
   * the 2,048 transitions of sb3-contrib; and for GRPO a group whose rollouts hold an episode of
   * CartPole or of MuJoCo's tasks.
   */
  public static CollectConfig of(Algorithm algorithm, boolean continuous) {
    return switch (algorithm) {
      case A2C -> new CollectConfig(8, 5, 1);
      case TRPO -> continuous ? new CollectConfig(1, 2048, 1) : new CollectConfig(4, 512, 1);
      case GRPO -> continuous ? new CollectConfig(8, 1000, 1) : new CollectConfig(8, 512, 1);
      default -> continuous ? new CollectConfig(1, 2048, 1) : new CollectConfig(4, 128, 1);
    };
  }

  /** Returns the number of transitions in a batch, {@code numEnvs * numSteps}. */
  public int batchSize() {
    return numEnvs * numSteps;
  }
}
