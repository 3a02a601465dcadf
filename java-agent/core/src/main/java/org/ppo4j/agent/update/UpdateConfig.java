package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The number of epochs and minibatches of an update, and its early stopping. */
public record UpdateConfig(
    @Hyperparameter(value = "minibatches in an epoch", in = "[1, inf)") int numMinibatches,
    @Hyperparameter(value = "passes over each batch", in = "[1, inf)") int updateEpochs,
    @Hyperparameter(
            value = "an update stops when approx_kl exceeds this; 0 for never",
            in = "[0, inf)")
        double targetKl,
    @Hyperparameter(
            "where approx_kl is tested: after each epoch as CleanRL does, or before each minibatch's step, with 1.5 times the target, as SB3 does")
        TargetKlCheck targetKlCheck) {

  public UpdateConfig {
    Ranges.require(UpdateConfig.class, numMinibatches, updateEpochs, targetKl, targetKlCheck);
  }

  /** Returns the defaults, those of CleanRL in every profile. */
  public static UpdateConfig of(boolean continuous) {
    int numMinibatches = continuous ? 32 : 4;
    int updateEpochs = continuous ? 10 : 4;
    double targetKl = 0;
    return new UpdateConfig(numMinibatches, updateEpochs, targetKl, TargetKlCheck.EPOCH);
  }

  /** Returns the number of transitions in a minibatch; a batch's last may be smaller. */
  public int minibatchSize(int batchSize) {
    return batchSize / numMinibatches;
  }
}
