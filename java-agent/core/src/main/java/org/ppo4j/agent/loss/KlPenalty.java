package org.ppo4j.agent.loss;

import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * The weight of a penalty on KL(old, new), which follows the divergence of the last update: it is
 * halved below the target / 1.5 and doubled above 1.5 times the target (Schulman et al. 2017,
 * section 4), between 1e-4 and 1e4, so that it can return.
 */
public final class KlPenalty implements Stateful {
  private static final double TOLERANCE = 1.5;
  private static final double FACTOR = 2;
  private static final double LEAST = 1e-4;
  private static final double MOST = 1e4;

  private final double target;
  private double weight;

  /**
   * Creates the penalty.
   *
   * @param target the divergence to keep an update near, greater than 0
   * @param weight the weight at the start, beta
   */
  public KlPenalty(double target, double weight) {
    this.target = target;
    this.weight = weight;
  }

  /** Returns the weight of the mean divergence in the loss, beta. */
  public double weight() {
    return weight;
  }

  /** Adapts the weight after an update whose mean divergence over the batch is {@code kl}. */
  public void adapt(double kl) {
    if (kl < target / TOLERANCE) {
      weight = Math.max(LEAST, weight / FACTOR);
    } else if (kl > target * TOLERANCE) {
      weight = Math.min(MOST, weight * FACTOR);
    }
  }

  @Override
  public void save(TrainingState state) {
    state.put("kl_penalty/weight", new double[] {weight});
  }

  @Override
  public void restore(TrainingState state) {
    weight = state.doubles("kl_penalty/weight", 1)[0];
  }
}
