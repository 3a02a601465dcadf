package org.ppo4j.tokens.train;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.loss.LossObserver;

/**
 * Updates that maximise PPO's clipped objective of each token, whose minibatches can be observed.
 */
public final class ClippedUpdates {
  private final double range;
  private final int minibatches;
  private final int epochs;
  private @Nullable LossObserver observer;

  /**
   * @param range the clip range, the same on both sides of 1
   * @param minibatches the minibatches of an epoch
   * @param epochs the epochs of an update
   */
  ClippedUpdates(double range, int minibatches, int epochs) {
    this.range = range;
    this.minibatches = minibatches;
    this.epochs = epochs;
  }

  /** Returns the clip range. */
  public double range() {
    return range;
  }

  /** Returns the number of minibatches of an epoch. */
  public int minibatches() {
    return minibatches;
  }

  /** Returns the number of epochs of an update. */
  public int epochs() {
    return epochs;
  }

  /** Has what the loss sees of each minibatch passed to an observer, a token in each row. */
  public void observe(LossObserver receiver) {
    observer = receiver;
  }

  boolean isObserved() {
    return observer != null;
  }

  /** Passes a minibatch on, if there is an observer. */
  void minibatch(double[] logps, double[] old, double[] advantages) {
    if (observer != null) {
      observer.minibatch(logps.length, floats(logps), floats(old), floats(advantages));
    }
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
