package org.ppo4j.agent.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.rollout.KlEstimator;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerKind;
import org.ppo4j.agent.update.TargetKlCheck;

/**
 * Changes a {@link PpoConfig}: has a setter for each hyperparameter of every stage. {@link #build}
 * validates all values together.
 */
public final class PpoConfigBuilder {
  private final PpoConfig start;
  private final Map<String, Object> changes = new HashMap<>();

  PpoConfigBuilder(PpoConfig start) {
    this.start = start;
  }

  /**
   * Returns the configuration with all changes.
   *
   * @throws org.ppo4j.agent.parameter.InvalidHyperparameterException if it is not valid
   */
  public PpoConfig build() {
    return Hyperparameters.with(start, changes);
  }

  private PpoConfigBuilder set(String name, Object value) {
    changes.put(name, Objects.requireNonNull(value, name));
    return this;
  }

  /** Sets the environment steps of the whole training. */
  public PpoConfigBuilder totalTimesteps(long totalTimesteps) {
    return set("totalTimesteps", totalTimesteps);
  }

  /** Sets the number of sub-environments, N. */
  public PpoConfigBuilder numEnvs(int numEnvs) {
    return set("numEnvs", numEnvs);
  }

  /** Sets the steps of each sub-environment in a rollout, T. */
  public PpoConfigBuilder numSteps(int numSteps) {
    return set("numSteps", numSteps);
  }

  /** Sets the updates that the acting policy may be behind, 0 or 1, for {@code appo}. */
  public PpoConfigBuilder maxLag(int maxLag) {
    return set("maxLag", maxLag);
  }

  /** Sets the discount. */
  public PpoConfigBuilder gamma(double gamma) {
    return set("gamma", gamma);
  }

  /** Sets lambda of generalised advantage estimation. */
  public PpoConfigBuilder gaeLambda(double gaeLambda) {
    return set("gaeLambda", gaeLambda);
  }

  /** Sets whether a truncated episode is bootstrapped from the value of its final observation. */
  public PpoConfigBuilder bootstrapTruncated(boolean bootstrapTruncated) {
    return set("bootstrapTruncated", bootstrapTruncated);
  }

  /** Sets whether advantages are normalised over the rollout. */
  public PpoConfigBuilder normAdvRollout(boolean normAdvRollout) {
    return set("normAdvRollout", normAdvRollout);
  }

  /** Sets the sub-environments that start from the same state, for {@code grpo}. */
  public PpoConfigBuilder groupSize(int groupSize) {
    return set("groupSize", groupSize);
  }

  /** Sets whether advantages are normalised in each minibatch. */
  public PpoConfigBuilder normAdv(boolean normAdv) {
    return set("normAdv", normAdv);
  }

  /** Sets the clip range of the surrogate; its initial value if it is annealed. */
  public PpoConfigBuilder clipCoef(double clipCoef) {
    return set("clipCoef", clipCoef);
  }

  /** Sets whether the clip range falls linearly towards 0 over the training. */
  public PpoConfigBuilder annealClipCoef(boolean annealClipCoef) {
    return set("annealClipCoef", annealClipCoef);
  }

  /** Sets whether the value loss is clipped as well. */
  public PpoConfigBuilder clipVloss(boolean clipVloss) {
    return set("clipVloss", clipVloss);
  }

  /** Sets the weight of the entropy bonus. */
  public PpoConfigBuilder entCoef(double entCoef) {
    return set("entCoef", entCoef);
  }

  /** Sets the weight of the value loss. */
  public PpoConfigBuilder vfCoef(double vfCoef) {
    return set("vfCoef", vfCoef);
  }

  /** Sets the error from which the value loss is linear; infinity for never. */
  public PpoConfigBuilder huberDelta(double huberDelta) {
    return set("huberDelta", huberDelta);
  }

  /** Sets the weight of the KL penalty at the start, for {@code ppo-penalty}. */
  public PpoConfigBuilder klBeta(double klBeta) {
    return set("klBeta", klBeta);
  }

  /** Sets the bound of the random shift of the mean in updates, for {@code rpo}. */
  public PpoConfigBuilder rpoAlpha(double rpoAlpha) {
    return set("rpoAlpha", rpoAlpha);
  }

  /** Sets the number of minibatches in an epoch. */
  public PpoConfigBuilder numMinibatches(int numMinibatches) {
    return set("numMinibatches", numMinibatches);
  }

  /** Sets the number of passes over each batch. */
  public PpoConfigBuilder updateEpochs(int updateEpochs) {
    return set("updateEpochs", updateEpochs);
  }

  /**
   * Sets the KL divergence at which an update stops, 0 for never; for {@code ppo-penalty} the one
   * that the penalty aims at, for {@code trpo} the constraint.
   */
  public PpoConfigBuilder targetKl(double targetKl) {
    return set("targetKl", targetKl);
  }

  /** Sets when the KL divergence is tested. */
  public PpoConfigBuilder targetKlCheck(TargetKlCheck targetKlCheck) {
    return set("targetKlCheck", targetKlCheck);
  }

  /** Sets the rule by which parameters follow the gradient. */
  public PpoConfigBuilder optimizer(OptimizerKind optimizer) {
    return set("optimizer", optimizer);
  }

  /** Sets the learning rate; its initial value if it changes. */
  public PpoConfigBuilder learningRate(double learningRate) {
    return set("learningRate", learningRate);
  }

  /** Sets how the learning rate changes over the training. */
  public PpoConfigBuilder lrSchedule(LrSchedule lrSchedule) {
    return set("lrSchedule", lrSchedule);
  }

  /** Sets the divergence of an update that the adaptive schedule aims at. */
  public PpoConfigBuilder lrTargetKl(double lrTargetKl) {
    return set("lrTargetKl", lrTargetKl);
  }

  /** Sets the decay of the parameters by AdamW, relative to the learning rate. */
  public PpoConfigBuilder weightDecay(double weightDecay) {
    return set("weightDecay", weightDecay);
  }

  /** Sets the steps of the conjugate gradient, for {@code trpo}. */
  public PpoConfigBuilder cgMaxSteps(int cgMaxSteps) {
    return set("cgMaxSteps", cgMaxSteps);
  }

  /** Sets the number added to the diagonal of the Fisher information, for {@code trpo}. */
  public PpoConfigBuilder cgDamping(double cgDamping) {
    return set("cgDamping", cgDamping);
  }

  /** Sets the factor between two steps that the line search tries, for {@code trpo}. */
  public PpoConfigBuilder lineSearchShrinkingFactor(double lineSearchShrinkingFactor) {
    return set("lineSearchShrinkingFactor", lineSearchShrinkingFactor);
  }

  /** Sets the number of steps that the line search tries, for {@code trpo}. */
  public PpoConfigBuilder lineSearchMaxIter(int lineSearchMaxIter) {
    return set("lineSearchMaxIter", lineSearchMaxIter);
  }

  /** Sets the updates before each auxiliary phase, for {@code ppg}. */
  public PpoConfigBuilder nIteration(int nIteration) {
    return set("nIteration", nIteration);
  }

  /** Sets the epochs of an auxiliary phase, for {@code ppg}. */
  public PpoConfigBuilder eAuxiliary(int eAuxiliary) {
    return set("eAuxiliary", eAuxiliary);
  }

  /** Sets the minibatches of an auxiliary epoch for each of its rollouts, for {@code ppg}. */
  public PpoConfigBuilder numAuxMinibatches(int numAuxMinibatches) {
    return set("numAuxMinibatches", numAuxMinibatches);
  }

  /** Sets the weight of the divergence in auxiliary phases, for {@code ppg}. */
  public PpoConfigBuilder betaClone(double betaClone) {
    return set("betaClone", betaClone);
  }

  /** Sets the epsilon of Adam and RMSprop. */
  public PpoConfigBuilder adamEps(double adamEps) {
    return set("adamEps", adamEps);
  }

  /** Sets the bound of the gradient's global norm; infinity for none. */
  public PpoConfigBuilder maxGradNorm(double maxGradNorm) {
    return set("maxGradNorm", maxGradNorm);
  }

  /** Sets the widths of the hidden layers of actor and critic, unless the critic has others. */
  public PpoConfigBuilder hiddenSizes(List<Integer> hiddenSizes) {
    return set("hiddenSizes", hiddenSizes);
  }

  /** Sets the non-linearity of the hidden layers. */
  public PpoConfigBuilder activation(Activation activation) {
    return set("activation", activation);
  }

  /** Sets the convolutions that images pass through before the hidden layers. */
  public PpoConfigBuilder cnn(Cnn cnn) {
    return set("cnn", cnn);
  }

  /** Sets the units of an LSTM between the hidden layers and the heads, 0 for none. */
  public PpoConfigBuilder lstm(int lstm) {
    return set("lstm", lstm);
  }

  /** Sets the units of a GRU between the hidden layers and the heads, 0 for none. */
  public PpoConfigBuilder gru(int gru) {
    return set("gru", gru);
  }

  /** Sets the layers of the LSTM or GRU, 1 or 2. */
  public PpoConfigBuilder lstmLayers(int lstmLayers) {
    return set("lstmLayers", lstmLayers);
  }

  /** Sets the bias at the start of the gate that keeps what is remembered. */
  public PpoConfigBuilder forgetBias(double forgetBias) {
    return set("forgetBias", forgetBias);
  }

  /** Sets whether actor and critic share their hidden layers and recurrent layers. */
  public PpoConfigBuilder sharedTrunk(boolean sharedTrunk) {
    return set("sharedTrunk", sharedTrunk);
  }

  /** Sets whether initial weights are orthogonal; otherwise they are uniform, as PyTorch's. */
  public PpoConfigBuilder orthoInit(boolean orthoInit) {
    return set("orthoInit", orthoInit);
  }

  /** Sets the gain of the policy's last layer at the start, if it starts orthogonal. */
  public PpoConfigBuilder policyGain(double policyGain) {
    return set("policyGain", policyGain);
  }

  /** Sets the initial log standard deviation of continuous actions. */
  public PpoConfigBuilder logStdInit(double logStdInit) {
    return set("logStdInit", logStdInit);
  }

  /** Sets the learning rate of the critic, 0 for the actor's; it follows the same schedule. */
  public PpoConfigBuilder criticLearningRate(double criticLearningRate) {
    return set("criticLearningRate", criticLearningRate);
  }

  /** Sets the widths of the critic's hidden layers; none for the actor's. */
  public PpoConfigBuilder criticHiddenSizes(List<Integer> criticHiddenSizes) {
    return set("criticHiddenSizes", criticHiddenSizes);
  }

  /** Sets whether the critic predicts returns normalised by their running mean and variance. */
  public PpoConfigBuilder normValueTargets(boolean normValueTargets) {
    return set("normValueTargets", normValueTargets);
  }

  /** Sets whether values and advantages are computed again before each later epoch. */
  public PpoConfigBuilder recomputeAdvantages(boolean recomputeAdvantages) {
    return set("recomputeAdvantages", recomputeAdvantages);
  }

  /** Sets the distribution of continuous actions. */
  public PpoConfigBuilder actionHead(ActionHead actionHead) {
    return set("actionHead", actionHead);
  }

  /** Sets the steps after which gSDE draws its noise again; -1 for once a rollout. */
  public PpoConfigBuilder sdeSampleFreq(int sdeSampleFreq) {
    return set("sdeSampleFreq", sdeSampleFreq);
  }

  /** Sets whether invalid actions are masked, and where the masks of Python's environments are. */
  public PpoConfigBuilder actionMasks(ActionMasks actionMasks) {
    return set("actionMasks", actionMasks);
  }

  /** Sets how continuous actions are kept within their bounds. */
  public PpoConfigBuilder actionBounds(ActionBounds actionBounds) {
    return set("actionBounds", actionBounds);
  }

  /** Sets the weight of the divergence from the reference policy, taken from each reward. */
  public PpoConfigBuilder klCoef(double klCoef) {
    return set("klCoef", klCoef);
  }

  /** Sets the estimator of the divergence from the reference policy. */
  public PpoConfigBuilder klEstimator(KlEstimator klEstimator) {
    return set("klEstimator", klEstimator);
  }

  /** Sets whether observations are normalised by their running mean and variance. */
  public PpoConfigBuilder normObs(boolean normObs) {
    return set("normObs", normObs);
  }

  /** Sets the bound of normalised observations; infinity for none. */
  public PpoConfigBuilder clipObs(double clipObs) {
    return set("clipObs", clipObs);
  }

  /**
   * Sets whether rewards are divided by the running standard deviation of the discounted return.
   */
  public PpoConfigBuilder normReward(boolean normReward) {
    return set("normReward", normReward);
  }

  /** Sets the bound of normalised rewards; infinity for none. */
  public PpoConfigBuilder clipReward(double clipReward) {
    return set("clipReward", clipReward);
  }

  /** Sets whether each sub-environment has its own normalisers, or all share one. */
  public PpoConfigBuilder normalizerPerEnv(boolean normalizerPerEnv) {
    return set("normalizerPerEnv", normalizerPerEnv);
  }

  /** Sets whether the shared statistics of observations change between rollouts only. */
  public PpoConfigBuilder normalizerPerRollout(boolean normalizerPerRollout) {
    return set("normalizerPerRollout", normalizerPerRollout);
  }
}
