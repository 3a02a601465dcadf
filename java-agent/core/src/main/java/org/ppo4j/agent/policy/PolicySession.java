package org.ppo4j.agent.policy;

import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.env.StepBatch;

/**
 * A policy that acts in some environments step by step, and remembers of each what it saw in its
 * episode if its networks are recurrent. All sessions of a policy are independent.
 */
public final class PolicySession {
  private final TrainedPolicy policy;
  private final int rows;
  private final Memory memory;

  PolicySession(TrainedPolicy policy, int rows) {
    this.policy = policy;
    this.rows = rows;
    memory = new Memory(rows, rows, policy.network().shape().stateSize());
  }

  /**
   * Chooses the most probable actions, and remembers the observations.
   *
   * @param observations the raw observations of a step, {@code [rows, O]}
   * @param out receives the actions, {@code [rows, A]}
   * @throws IllegalArgumentException if an array is shorter, or an observation cannot be used, as
   *     {@link TrainedPolicy#act(double[])} describes
   * @throws IllegalStateException if the policy is closed
   */
  public void act(double[] observations, double[] out) {
    act(observations, TrainedPolicy.NO_MASKS, out);
  }

  /**
   * Chooses the most probable valid actions; otherwise as {@link #act(double[], double[])}.
   *
   * @param masks which actions are valid, {@code [rows, M]}, as {@link TrainedPolicy#act(double[],
   *     byte[], int, double[])} takes them
   */
  public void act(double[] observations, byte[] masks, double[] out) {
    policy.act(observations, masks, rows, out, memory);
    memory.advance();
  }

  /** Draws actions as in training; otherwise as {@link #act(double[], double[])}. */
  public void sample(double[] observations, UniformRandomProvider random, double[] out) {
    sample(observations, TrainedPolicy.NO_MASKS, random, out);
  }

  /** Draws valid actions; otherwise as {@link #act(double[], byte[], double[])}. */
  public void sample(
      double[] observations, byte[] masks, UniformRandomProvider random, double[] out) {
    policy.sample(observations, masks, rows, random, out, memory);
    memory.advance();
  }

  /** Forgets what was seen in environment {@code row}, because an episode starts. */
  public void start(int row) {
    memory.clear(row);
  }

  /** Forgets what was seen in the environments whose episodes ended in the last step. */
  public void step(StepBatch batch) {
    for (int row = 0; row < rows; row++) {
      if (batch.isDone(row) || batch.interrupted[row]) {
        memory.clear(row);
      }
    }
  }
}
