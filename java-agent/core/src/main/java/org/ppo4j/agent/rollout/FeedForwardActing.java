package org.ppo4j.agent.rollout;

import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * Runs networks that remember nothing. A separate critic runs after the last step, in chunks
 * because many rows at once cost less than one step at a time; a critic that shares the actor's
 * layers runs with the actor.
 */
final class FeedForwardActing implements Acting {
  /**
   * The rows of a chunk of a separate critic: at least these, and more if they are small, for two
   * threads to share.
   */
  private static final int MIN_ROWS = 256;

  private static final int MAX_ROWS = 2048;

  /** The numbers of observations in a chunk of more than {@link #MIN_ROWS}: 1 MB. */
  private static final int NUMBERS = 1 << 18;

  private final ActorCritic network;
  private final int numEnvs;
  private final float[] chunk;
  private final byte[] images;
  private final float[] values;

  FeedForwardActing(ActorCritic network, int numEnvs) {
    this.network = network;
    this.numEnvs = numEnvs;
    int imageBytes = network.shape().imageBytes();
    int rows;
    if (network.shape().sharedTrunk()) {
      rows = numEnvs;
    } else {
      rows =
          imageBytes > 0 ? MIN_ROWS : Math.clamp(NUMBERS / network.rowSize(), MIN_ROWS, MAX_ROWS);
    }
    values = new float[rows];
    chunk = new float[rows * network.rowSize()];
    images = new byte[rows * imageBytes];
  }

  @Override
  public void start() {}

  @Override
  public void begin(Rollout rollout) {}

  @Override
  public void act(Rollout rollout, int t, float[] features, byte[] images, float[] outputs) {
    network.images(images);
    if (network.shape().sharedTrunk()) {
      network.forward(features, numEnvs, outputs, values);
      System.arraycopy(values, 0, rollout.values, t * numEnvs, numEnvs);
    } else {
      network.policy(features, numEnvs, outputs);
    }
  }

  @Override
  public float finalValue(int env, float[] features, byte[] image) {
    int size = network.rowSize();
    System.arraycopy(features, env * size, chunk, 0, size);
    network.images(image);
    network.values(chunk, 1, values);
    return values[0];
  }

  @Override
  public void step(StepBatch batch) {}

  @Override
  public void value(Rollout rollout, float[] features, byte[] lastImages) {
    network.images(lastImages);
    network.values(features, numEnvs, rollout.lastValues);
    if (network.shape().sharedTrunk()) {
      return;
    }
    int size = network.rowSize();
    network.images(images);
    for (int from = 0; from < rollout.rows(); from += values.length) {
      int rows = Math.min(values.length, rollout.rows() - from);
      System.arraycopy(rollout.observations, from * size, chunk, 0, rows * size);
      rollout.images.get(from, rows, images, 0);
      network.values(chunk, rows, values);
      System.arraycopy(values, 0, rollout.values, from, rows);
    }
  }

  @Override
  public void save(TrainingState state) {}

  @Override
  public void restore(TrainingState state) {}
}
