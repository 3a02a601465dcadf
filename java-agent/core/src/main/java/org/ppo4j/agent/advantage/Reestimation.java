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
    valueAll(rollout);
    network.images(rollout.lastImages);
    network.values(rollout.lastObservations, rollout.numEnvs(), rollout.lastValues);
    valueFinals(rollout);
    rollout.bootstrapInterrupted();
    estimator.reestimate(rollout);
  }

  private void valueAll(Rollout rollout) {
    int features = network.rowSize();
    network.images(images);
    for (int from = 0; from < rollout.rows(); from += CHUNK) {
      int rows = Math.min(CHUNK, rollout.rows() - from);
      System.arraycopy(rollout.observations, from * features, chunk, 0, rows * features);
      rollout.images.get(from, rows, images, 0);
      network.values(chunk, rows, values);
      System.arraycopy(values, 0, rollout.values, from, rows);
    }
  }

  private void valueFinals(Rollout rollout) {
    int features = network.rowSize();
    network.images(images);
    for (int row = 0; row < rollout.rows(); row++) {
      if (rollout.truncated[row] && !rollout.terminated[row]) {
        System.arraycopy(rollout.finalObservations, row * features, chunk, 0, features);
        rollout.finalImages.get(row, 1, images, 0);
        network.values(chunk, 1, values);
        rollout.finalValues[row] = values[0];
      }
    }
  }
}
