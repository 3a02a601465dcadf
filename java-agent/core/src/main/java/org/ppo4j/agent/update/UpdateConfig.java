package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;

/** The number of epochs and minibatches of an update, and its early stopping. */
public record UpdateConfig(
    @Hyperparameter(value = "minibatches in an epoch", in = "[1, inf)", except = Algorithm.A2C)
        int numMinibatches,
    @Hyperparameter(
            value = "passes over each batch; of trpo, those of the critic",
            in = "[1, inf)",
            except = Algorithm.A2C)
        int updateEpochs,
    @Hyperparameter(
            value =
                "an update stops when approx_kl exceeds this, 0 for never; of ppo-penalty the divergence that the penalty aims at, of trpo the constraint",
            in = "[0, inf)",
            except = Algorithm.A2C)
        double targetKl,
    @Hyperparameter(
            value =
                "where approx_kl is tested: after each epoch, as the mean over it or at its last minibatch alone, as CleanRL does (epoch); or before each minibatch's step, with 1.5 times the target, as SB3 does",
            except = {Algorithm.PPO_PENALTY, Algorithm.A2C, Algorithm.TRPO})
        TargetKlCheck targetKlCheck) {

  public UpdateConfig {
    Ranges.require(UpdateConfig.class, numMinibatches, updateEpochs, targetKl, targetKlCheck);
  }

  /**
   * Returns the defaults: those of CleanRL's PPO, but in the default profile approx_kl is a mean
   * over an epoch, because a last minibatch may be a single row; of TRPO those of sb3-contrib; the
   * penalty's target is one of the three that Schulman et al. (2017) tried; GRPO's minibatches were
   * chosen on Pendulum-v1.
   */
  public static UpdateConfig of(Algorithm algorithm, Profile profile, boolean continuous) {
    int numMinibatches = continuous ? 32 : 4;
    int updateEpochs = continuous ? 10 : 4;
    TargetKlCheck check =
        profile == Profile.CLEANRL ? TargetKlCheck.EPOCH : TargetKlCheck.EPOCH_MEAN;
    return switch (algorithm) {
      case A2C -> new UpdateConfig(1, 1, 0, check);
      case TRPO -> new UpdateConfig(16, 10, 0.01, check);
      case PPO_PENALTY -> new UpdateConfig(numMinibatches, updateEpochs, 0.01, check);
      case GRPO -> new UpdateConfig(continuous ? 8 : 4, updateEpochs, 0, check);
      default -> new UpdateConfig(numMinibatches, updateEpochs, 0, check);
    };
  }

  /** Returns the number of transitions in a minibatch; a batch's last may be smaller. */
  public int minibatchSize(int batchSize) {
    return batchSize / numMinibatches;
  }
}
