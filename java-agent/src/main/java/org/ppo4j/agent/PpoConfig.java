package org.ppo4j.agent;

import java.util.List;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.env.Space;

/**
 * PPO's hyperparameters, under the names of the paper and of CleanRL, and the only home of their
 * defaults. One batch is {@code numEnvs * numSteps} transitions.
 *
 * @param totalTimesteps environment steps of the whole training
 * @param learningRate Adam's rate at the start
 * @param annealLr whether the rate falls linearly towards 0 over the training
 * @param adamEps Adam's epsilon
 * @param numEnvs sub-environments, N
 * @param numSteps steps of each sub-environment in a rollout, T
 * @param numMinibatches minibatches in an epoch
 * @param updateEpochs passes over each batch
 * @param gamma discount
 * @param gaeLambda lambda of generalised advantage estimation
 * @param normAdv whether advantages are normalised in each minibatch
 * @param clipCoef clip range of the surrogate
 * @param clipVloss whether the value loss is clipped, by {@code clipCoef} too
 * @param entCoef weight of the entropy bonus
 * @param vfCoef weight of the value loss
 * @param maxGradNorm bound of the gradient's global norm
 * @param targetKl an update stops after the epoch in which approx_kl exceeds this; 0 for never
 * @param hiddenSizes widths of the hidden layers of actor and critic
 * @param activation non-linearity of the hidden layers
 * @param logStdInit initial log standard deviation of continuous actions
 * @param clipActions whether continuous actions are clipped to the bounds on their way to the
 *     environment
 * @param normObs whether observations are normalised by their running mean and variance
 * @param clipObs bound of normalised observations
 * @param normReward whether rewards are divided by the running deviation of the discounted return
 * @param clipReward bound of normalised rewards
 * @param normalizerPerEnv whether each sub-environment has normalisers of its own, as CleanRL's
 *     wrappers do, or all share one
 * @param bootstrapTruncated whether a truncated episode is bootstrapped from the value of its final
 *     observation; CleanRL treats it as terminated
 */
public record PpoConfig(
    long totalTimesteps,
    double learningRate,
    boolean annealLr,
    double adamEps,
    int numEnvs,
    int numSteps,
    int numMinibatches,
    int updateEpochs,
    double gamma,
    double gaeLambda,
    boolean normAdv,
    double clipCoef,
    boolean clipVloss,
    double entCoef,
    double vfCoef,
    double maxGradNorm,
    double targetKl,
    List<Integer> hiddenSizes,
    Activation activation,
    double logStdInit,
    boolean clipActions,
    boolean normObs,
    double clipObs,
    boolean normReward,
    double clipReward,
    boolean normalizerPerEnv,
    boolean bootstrapTruncated) {

  /** Where a set of hyperparameters comes from. */
  public enum Profile {
    /** CleanRL's numbers with truncation bootstrapped and one normaliser for all environments. */
    DEFAULT,
    /** {@code ppo.py} and {@code ppo_continuous_action.py} of CleanRL 1.2.0, to the letter. */
    CLEANRL
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
        true,
        continuous ? 0.0 : 0.01,
        0.5,
        0.5,
        0,
        List.of(64, 64),
        Activation.TANH,
        0.0,
        continuous,
        continuous,
        10,
        continuous,
        10,
        cleanrl,
        !cleanrl);
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
}
