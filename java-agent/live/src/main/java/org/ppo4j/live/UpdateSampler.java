package org.ppo4j.live;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.loss.LossObserver;

/**
 * Takes samples of an update, up to {@value #FRAMES} of its minibatches and {@value #POINTS} rows
 * of each, on the training's thread. An update that is not to be sampled costs one comparison a
 * minibatch.
 */
final class UpdateSampler implements LossObserver {
  private static final int FRAMES = 16;

  private final int points;
  private final int expected;
  private final int minibatchesOfEpoch;
  private final List<Update.Frame> frames = new ArrayList<>();
  private boolean isSampling;
  private int seen;

  static final int POINTS = 128;

  /**
   * @param points the rows of a minibatch that are taken, at most
   */
  UpdateSampler(PpoConfig config, int points) {
    this(
        Math.ceilDiv(config.batchSize(), config.minibatchSize()),
        config.update().updateEpochs(),
        points);
  }

  /**
   * @param minibatchesOfEpoch the minibatches of an epoch
   * @param epochs the epochs of an update
   * @param points as above
   */
  UpdateSampler(int minibatchesOfEpoch, int epochs, int points) {
    this.points = points;
    this.minibatchesOfEpoch = minibatchesOfEpoch;
    expected = minibatchesOfEpoch * epochs;
  }

  /** Has the update that follows sampled. */
  void begin() {
    isSampling = true;
    seen = 0;
    frames.clear();
  }

  /** Returns whether the present update is sampled. */
  boolean isSampling() {
    return isSampling;
  }

  @Override
  public void minibatch(int rows, float[] newLogProbs, float[] oldLogProbs, float[] advantages) {
    if (!isSampling) {
      return;
    }
    if (isWanted(seen)) {
      int n = Math.min(rows, points);
      float[] ratios = new float[n];
      float[] taken = new float[n];
      for (int i = 0; i < n; i++) {
        ratios[i] = (float) Math.exp((double) newLogProbs[i] - oldLogProbs[i]);
        taken[i] = advantages[i];
      }
      frames.add(new Update.Frame(seen, ratios, taken));
    }
    seen++;
  }

  /** Returns whether a minibatch is the update's first one or the last one of its share. */
  private boolean isWanted(int index) {
    return index == 0
        || expected <= FRAMES
        || (index + 1L) * FRAMES / expected > (long) index * FRAMES / expected;
  }

  /** Returns the samples of the update that ended; null if it was not sampled. */
  @Nullable Update end(long iteration, long step, double clipCoef) {
    if (!isSampling) {
      return null;
    }
    isSampling = false;
    return frames.isEmpty()
        ? null
        : new Update(iteration, step, clipCoef, minibatchesOfEpoch, List.copyOf(frames));
  }
}
