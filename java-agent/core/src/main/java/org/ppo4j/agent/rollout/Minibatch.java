package org.ppo4j.agent.rollout;

/**
 * Transitions to learn from, gathered from a rollout: {@code B} rows, at most {@link #capacity}.
 * The arrays belong to the minibatch; the caller that fills it writes them.
 */
public final class Minibatch {
  /** Features, {@code [B, F]}. */
  public final float[] observations;

  /** Actions as sampled, {@code [B, A]}. */
  public final float[] actions;

  /** Log probabilities under the policy that sampled the actions, {@code [B]}. */
  public final float[] logProbs;

  /** Advantages, {@code [B]}. */
  public final float[] advantages;

  /** Targets of the value function, {@code [B]}. */
  public final float[] returns;

  /** Values under the parameters that the actions were sampled with, {@code [B]}. */
  public final float[] values;

  /** The number of rows in use, B. */
  public int rows;

  /**
   * Creates an empty minibatch, which allocates all its arrays.
   *
   * @param capacity the maximum number of rows
   * @param features F, the number of features of an observation
   * @param actionSize A, the number of components of an action
   */
  public Minibatch(int capacity, int features, int actionSize) {
    observations = new float[capacity * features];
    actions = new float[capacity * actionSize];
    logProbs = new float[capacity];
    advantages = new float[capacity];
    returns = new float[capacity];
    values = new float[capacity];
  }

  /** Returns the maximum number of rows. */
  public int capacity() {
    return logProbs.length;
  }
}
