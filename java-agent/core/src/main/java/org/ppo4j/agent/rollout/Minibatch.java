package org.ppo4j.agent.rollout;

import org.ppo4j.agent.network.Memory;

/**
 * Transitions to learn from, gathered from a rollout: {@code B} rows, at most {@link #capacity}.
 * The arrays belong to the minibatch; the caller that fills it writes them.
 */
public final class Minibatch {
  /** Features, {@code [B, F]}. */
  public final float[] observations;

  /** Images of bytes, {@code [B, P]}; empty if there are none. */
  public final byte[] images;

  /** Actions as sampled, {@code [B, A]}. */
  public final float[] actions;

  /** Log probabilities under the policy that sampled the actions, {@code [B]}. */
  public final float[] logProbs;

  /** Advantages, {@code [B]}. */
  public final float[] advantages;

  /** What the critic learns, {@code [B]}. */
  public final float[] returns;

  /** The critic's outputs under the parameters that the actions were sampled with, {@code [B]}. */
  public final float[] values;

  /**
   * The actor's outputs under the parameters that the actions were sampled with, {@code [B, D]};
   * empty if the rollout does not keep them.
   */
  public final float[] policyOutputs;

  /** The log standard deviations of that policy, {@code [A]}; empty for discrete actions. */
  public float[] logStds = {};

  /** What networks remember of the rows; empty if they remember nothing. */
  public final Memory memory;

  /** The number of rows in use, B. */
  public int rows;

  /** Creates an empty minibatch of rollouts that do not keep the actor's outputs. */
  public Minibatch(int capacity, int features, int actionSize) {
    this(capacity, features, actionSize, 0);
  }

  /**
   * Creates an empty minibatch, which allocates all its arrays.
   *
   * @param capacity the maximum number of rows
   * @param features F, the number of features of an observation
   * @param actionSize A, the number of components of an action
   * @param policyOutputs D, the number of the actor's outputs; 0 if they are not kept
   */
  public Minibatch(int capacity, int features, int actionSize, int policyOutputs) {
    this(capacity, features, actionSize, policyOutputs, 0);
  }

  /**
   * Creates an empty minibatch, as above.
   *
   * @param imageBytes P, the bytes of the images of an observation
   */
  public Minibatch(int capacity, int features, int actionSize, int policyOutputs, int imageBytes) {
    this(capacity, features, actionSize, policyOutputs, imageBytes, new Memory(0, 0, 0));
  }

  /**
   * Creates an empty minibatch, as above.
   *
   * @param memory what networks remember of the rows
   */
  public Minibatch(
      int capacity,
      int features,
      int actionSize,
      int policyOutputs,
      int imageBytes,
      Memory memory) {
    this.memory = memory;
    images = new byte[Math.multiplyExact(capacity, imageBytes)];
    observations = new float[capacity * features];
    actions = new float[capacity * actionSize];
    logProbs = new float[capacity];
    advantages = new float[capacity];
    returns = new float[capacity];
    values = new float[capacity];
    this.policyOutputs = new float[capacity * policyOutputs];
  }

  /** Returns the maximum number of rows. */
  public int capacity() {
    return logProbs.length;
  }
}
