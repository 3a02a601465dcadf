package org.ppo4j.agent.rollout;

import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * A policy that a training starts from and is held near: a penalty on the divergence from it is
 * taken from each reward (Ziegler et al. 2019), after rewards are normalised. It sees observations
 * by its own normaliser, which does not change: that of the training at its start.
 */
public final class Reference implements AutoCloseable {
  private static final String PREFIX = "reference/";

  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final LeashConfig config;
  private final TrainingState state;
  private float[] features = {};
  private float[] outputs = {};
  private float[] logProbs = {};
  private float[] entropies = {};

  /**
   * Creates the reference.
   *
   * @param network its networks, with their parameters; closed by {@link #close}
   * @param distribution the distribution of its actions, which other parts may not use
   * @param state the arrays that a checkpoint has of its networks and normalisers
   */
  public Reference(
      ActorCritic network,
      ActionDistribution distribution,
      LeashConfig config,
      TrainingState state) {
    this.network = network;
    this.distribution = distribution;
    this.config = config;
    this.state = state;
  }

  /** Returns whether a checkpoint has a reference. */
  public static boolean isIn(TrainingState checkpoint) {
    return checkpoint.has(PREFIX + "network/parameters");
  }

  /** Returns the arrays of the reference in a checkpoint; none if the training has none. */
  public static TrainingState in(TrainingState checkpoint) {
    return checkpoint.below(PREFIX);
  }

  /** Returns the arrays of its networks and normalisers, which a training starts from. */
  public TrainingState state() {
    return state;
  }

  /**
   * Takes the penalties from rewards.
   *
   * @param transform its normaliser
   * @param batch raw observations, and masks of actions if there are any
   * @param images their images of bytes, {@code [N, P]}
   * @param actions the actions that were drawn for them, {@code [N, A]}
   * @param newLogProbs their log probabilities under the policy that drew them, {@code [N]}
   * @param penalties receives klCoef times the estimate, {@code [N]}
   * @return the sum of the estimates
   */
  double penalize(
      FeatureTransform transform,
      StepBatch batch,
      byte[] images,
      float[] actions,
      float[] newLogProbs,
      float[] penalties) {
    int n = batch.numEnvs();
    int stride = network.rowSize();
    if (logProbs.length < n) {
      features = new float[n * stride];
      outputs = new float[n * network.shape().policyOutputs()];
      logProbs = new float[n];
      entropies = new float[n];
    }
    transform.apply(batch.observations, n, features, stride);
    writeMasks(batch, transform.features(), stride);
    network.images(images);
    network.policy(features, n, outputs);
    distribution.evaluate(outputs, n, network.parameters(), actions, logProbs, entropies);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double estimate = config.klEstimator().estimate(newLogProbs[i] - logProbs[i]);
      penalties[i] = (float) (config.klCoef() * estimate);
      sum += estimate;
    }
    return sum;
  }

  private void writeMasks(StepBatch batch, int from, int stride) {
    int flags = stride - from;
    for (int i = 0; i < batch.numEnvs() * flags; i++) {
      features[i / flags * stride + from + i % flags] = batch.actionMasks[i];
    }
  }

  /** Saves what a continued training needs; once, because it does not change. */
  public void save(TrainingState checkpoint) {
    if (!isIn(checkpoint)) {
      checkpoint.put(PREFIX, state);
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
