package org.ppo4j.agent.rollout;

/**
 * Transitions to learn from, gathered from a rollout: {@code B} rows of capacity {@link #capacity}.
 * Arrays belong to the minibatch and are written by whoever fills it.
 */
public final class Minibatch {
  /** Features, {@code [B, F]}. */
  public final float[] observations;

  /** Actions as they were sampled, {@code [B, A]}. */
  public final float[] actions;

  /** Log probabilities under the policy that acted, {@code [B]}. */
  public final float[] logProbs;

  /** Advantages, {@code [B]}. */
  public final float[] advantages;

  /** Targets of the value function, {@code [B]}. */
  public final float[] returns;

  /** Values under the parameters that acted, {@code [B]}. */
  public final float[] values;

  /** The number of rows in use, B. */
  public int rows;

  public Minibatch(int capacity, int features, int actionSize) {
    observations = new float[capacity * features];
    actions = new float[capacity * actionSize];
    logProbs = new float[capacity];
    advantages = new float[capacity];
    returns = new float[capacity];
    values = new float[capacity];
  }

  /** Returns the greatest number of rows. */
  public int capacity() {
    return logProbs.length;
  }
}
