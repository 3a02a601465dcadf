package org.ppo4j.agent.config;

import java.util.List;
import java.util.Map;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.env.Space;

/**
 * PPO's hyperparameters, under the names of the paper and of CleanRL, and the only home of their
 * defaults, meanings and ranges. One batch is {@code numEnvs * numSteps} transitions.
 */
public record PpoConfig(
    @Hyperparameter(value = "environment steps of the whole training", in = "[1, inf)")
        long totalTimesteps,
    @Hyperparameter(value = "Adam's rate at the start", in = "(0, inf)") double learningRate,
    @Hyperparameter("whether the rate falls linearly towards 0 over the training") boolean annealLr,
    @Hyperparameter(value = "Adam's epsilon", in = "(0, inf)") double adamEps,
    @Hyperparameter(value = "sub-environments, N", in = "[1, inf)") int numEnvs,
    @Hyperparameter(value = "steps of each sub-environment in a rollout, T", in = "[1, inf)")
        int numSteps,
    @Hyperparameter(value = "minibatches in an epoch", in = "[1, inf)") int numMinibatches,
    @Hyperparameter(value = "passes over each batch", in = "[1, inf)") int updateEpochs,
    @Hyperparameter(value = "discount", in = "[0, 1]") double gamma,
    @Hyperparameter(value = "lambda of generalised advantage estimation", in = "[0, 1]")
        double gaeLambda,
    @Hyperparameter("whether advantages are normalised in each minibatch") boolean normAdv,
    @Hyperparameter(value = "clip range of the surrogate", in = "(0, inf)") double clipCoef,
    @Hyperparameter("whether the clip range falls linearly towards 0 over the training")
        boolean annealClipCoef,
    @Hyperparameter("whether the value loss is clipped, by the clip range of the surrogate too")
        boolean clipVloss,
    @Hyperparameter(value = "weight of the entropy bonus", in = "[0, inf)") double entCoef,
    @Hyperparameter(value = "weight of the value loss", in = "[0, inf)") double vfCoef,
    @Hyperparameter(
            value = "bound of the gradient's global norm; Infinity for none",
            in = "(0, inf]")
        double maxGradNorm,
    @Hyperparameter(
            value = "an update stops when approx_kl exceeds this; 0 for never",
            in = "[0, inf)")
        double targetKl,
    @Hyperparameter(
            "where approx_kl is tested: after each epoch as CleanRL does, or before each minibatch's step, with 1.5 times the target, as SB3 does")
        TargetKlCheck targetKlCheck,
    @Hyperparameter(value = "widths of the hidden layers of actor and critic", in = "[1, inf)")
        List<Integer> hiddenSizes,
    @Hyperparameter("non-linearity of the hidden layers") Activation activation,
    @Hyperparameter("whether actor and critic share their hidden layers") boolean sharedTrunk,
    @Hyperparameter(
            "whether weights start orthogonal, with PPO's gains; otherwise uniform, as PyTorch's")
        boolean orthoInit,
    @Hyperparameter("initial log standard deviation of continuous actions") double logStdInit,
    @Hyperparameter(
            "how continuous actions are kept within the bounds: clipped on their way to the environment, squashed by tanh, or not at all")
        ActionBounds actionBounds,
    @Hyperparameter("whether observations are normalised by their running mean and variance")
        boolean normObs,
    @Hyperparameter(value = "bound of normalised observations; Infinity for none", in = "(0, inf]")
        double clipObs,
    @Hyperparameter("whether rewards are divided by the running deviation of the discounted return")
        boolean normReward,
    @Hyperparameter(value = "bound of normalised rewards; Infinity for none", in = "(0, inf]")
        double clipReward,
    @Hyperparameter(
            "whether each sub-environment has normalisers of its own, as CleanRL's wrappers do, or all share one")
        boolean normalizerPerEnv,
    @Hyperparameter(
            "whether a truncated episode is bootstrapped from the value of its final observation; CleanRL treats it as terminated")
        boolean bootstrapTruncated) {

  private static final long MAX_BATCH_SIZE = 1 << 30;

  /** Where a set of hyperparameters comes from. */
  public enum Profile {
    /** CleanRL's numbers with truncation bootstrapped and one normaliser for all environments. */
    DEFAULT,
    /** {@code ppo.py} and {@code ppo_continuous_action.py} of CleanRL 1.2.0, to the letter. */
    CLEANRL
  }

  /** When an update looks whether the policy has moved too far. */
  public enum TargetKlCheck {
    /** After each epoch, at its last minibatch. */
    EPOCH,
    /** At each minibatch, before its step. */
    MINIBATCH
  }

  public PpoConfig {
    hiddenSizes = List.copyOf(hiddenSizes);
    Hyperparameters.check("totalTimesteps", totalTimesteps);
    Hyperparameters.check("learningRate", learningRate);
    Hyperparameters.check("adamEps", adamEps);
    Hyperparameters.check("numEnvs", numEnvs);
    Hyperparameters.check("numSteps", numSteps);
    Hyperparameters.check("numMinibatches", numMinibatches);
    Hyperparameters.check("updateEpochs", updateEpochs);
    Hyperparameters.check("gamma", gamma);
    Hyperparameters.check("gaeLambda", gaeLambda);
    Hyperparameters.check("clipCoef", clipCoef);
    Hyperparameters.check("entCoef", entCoef);
    Hyperparameters.check("vfCoef", vfCoef);
    Hyperparameters.check("maxGradNorm", maxGradNorm);
    Hyperparameters.check("targetKl", targetKl);
    Hyperparameters.check("hiddenSizes", hiddenSizes);
    Hyperparameters.check("logStdInit", logStdInit);
    Hyperparameters.check("clipObs", clipObs);
    Hyperparameters.check("clipReward", clipReward);
    long batchSize = (long) numEnvs * numSteps;
    if (batchSize > MAX_BATCH_SIZE) {
      throw new IllegalArgumentException(
          "a batch of --num-envs %d times --num-steps %d transitions is too large; at most %d fit"
              .formatted(numEnvs, numSteps, MAX_BATCH_SIZE));
    }
    if (batchSize < numMinibatches) {
      throw new IllegalArgumentException(
          "--num-minibatches %d is more than the %d transitions of a batch (--num-envs %d times --num-steps %d)"
              .formatted(numMinibatches, batchSize, numEnvs, numSteps));
    }
    if (totalTimesteps < batchSize) {
      throw new IllegalArgumentException(
          "--total-timesteps %d is less than one batch of %d transitions (--num-envs %d times --num-steps %d)"
              .formatted(totalTimesteps, batchSize, numEnvs, numSteps));
    }
  }

  /** Returns the hyperparameters of {@code profile} for actions of {@code actionSpace}. */
  public static PpoConfig of(Profile profile, Space actionSpace) {
    boolean cleanrl = profile == Profile.CLEANRL;
    boolean continuous = actionSpace instanceof Space.Box;
    return new PpoConfig(
        continuous ? 1_000_000 : 500_000,
        continuous ? 3e-4 : 2.5e-4,
        true,
        1e-5,
        continuous ? 1 : 4,
        continuous ? 2048 : 128,
        continuous ? 32 : 4,
        continuous ? 10 : 4,
        0.99,
        0.95,
        true,
        0.2,
        false,
        true,
        continuous ? 0.0 : 0.01,
        0.5,
        0.5,
        0,
        TargetKlCheck.EPOCH,
        List.of(64, 64),
        Activation.TANH,
        false,
        true,
        0.0,
        ActionBounds.CLIP,
        continuous,
        10,
        continuous,
        10,
        cleanrl,
        !cleanrl);
  }

  /** Typed changes; a stand-in until the config branch lands. */
  public static final class Builder {
    private final java.util.Map<String, Object> changes = new java.util.HashMap<>();

    public Builder numEnvs(int numEnvs) {
      changes.put("numEnvs", numEnvs);
      return this;
    }

    public Builder totalTimesteps(long steps) {
      changes.put("totalTimesteps", steps);
      return this;
    }
  }

  public PpoConfig with(java.util.function.Consumer<Builder> changes) {
    Builder builder = new Builder();
    changes.accept(builder);
    return with(builder.changes);
  }

  /**
   * Returns this configuration with one hyperparameter replaced.
   *
   * @param name the name of a component of this record
   * @param value of the component's type
   * @throws IllegalArgumentException if there is no such component, or the result is not valid
   */
  public PpoConfig with(String name, Object value) {
    return with(Map.of(name, value));
  }

  /** Returns this configuration with all hyperparameters in {@code changes} replaced at once. */
  public PpoConfig with(Map<String, ?> changes) {
    return Hyperparameters.with(this, changes);
  }

  /** Returns the number of transitions in a batch, {@code numEnvs * numSteps}. */
  public int batchSize() {
    return Math.multiplyExact(numEnvs, numSteps);
  }

  /** Returns the number of transitions in a minibatch; a batch's last may be smaller. */
  public int minibatchSize() {
    return batchSize() / numMinibatches;
  }

  /** Returns the number of rollouts in the training, the integer division of CleanRL. */
  public long numIterations() {
    return totalTimesteps / batchSize();
  }

  /** Returns the environment steps of all whole rollouts. */
  public long totalSteps() {
    return numIterations() * batchSize();
  }
}
