package org.ppo4j.agent.advantage;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.rollout.Rollout;

/**
 * Values a rollout with the critic as it is now, and estimates advantages and returns again, as
 * {@code recompute_advantage} of Tianshou's PPO does before each epoch but the first.
 */
public final class Reestimation {
  private static final int CHUNK = 256;

  private final ActorCritic network;
  private final AdvantageEstimator estimator;
  private final float[] chunk;
  private final byte[] images;
  private final float[] values = new float[CHUNK];

  /**
   * Creates the reestimation.
   *
   * @param network the networks that learn
   * @param estimator the estimator of the training
   */
  public Reestimation(ActorCritic network, AdvantageEstimator estimator) {
    this.network = network;
    this.estimator = estimator;
    chunk = new float[CHUNK * network.rowSize()];
    images = new byte[CHUNK * network.shape().imageBytes()];
  }

  /**
   * Overwrites values, advantages and returns.
   *
   * @param rollout a rollout that {@linkplain Rollout#keepsNextObservations keeps} the observations
   *     that it does not learn from, and whose advantages were estimated
   */
  public void reestimate(Rollout rollout) {
    value(rollout.observations, rollout.images, rollout.rows(), rollout.values);
    value(rollout.lastObservations, rollout.lastImages, rollout.numEnvs(), rollout.lastValues);
    valueFinals(rollout);
    rollout.bootstrapInterrupted();
    estimator.reestimate(rollout);
  }

  private void value(float[] observations, byte[] pixels, int n, float[] target) {
    int features = network.rowSize();
    int bytes = network.shape().imageBytes();
    network.images(images);
    for (int from = 0; from < n; from += CHUNK) {
      int rows = Math.min(CHUNK, n - from);
      System.arraycopy(observations, from * features, chunk, 0, rows * features);
      System.arraycopy(pixels, from * bytes, images, 0, rows * bytes);
      network.values(chunk, rows, values);
      System.arraycopy(values, 0, target, from, rows);
    }
  }

  private void valueFinals(Rollout rollout) {
    int features = network.rowSize();
    int bytes = network.shape().imageBytes();
    for (int row = 0; row < rollout.rows(); row++) {
      if (rollout.truncated[row] && !rollout.terminated[row]) {
        System.arraycopy(rollout.finalObservations, row * features, chunk, 0, features);
        System.arraycopy(rollout.finalImages, row * bytes, images, 0, bytes);
        network.values(chunk, 1, values);
        rollout.finalValues[row] = values[0];
      }
    }
  }
}
