package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.DType;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.Space;

/**
 * A task of running forward: the speed along the first coordinate is paid, control costs, and being
 * {@linkplain #survival well} may be paid too. The coordinates are observed but for the place, then
 * the velocities.
 *
 * <p>Numbers are as wide as in Gymnasium: the cost of control is float32, all else float64.
 */
abstract class Runner extends MujocoTask {
  final double resetNoiseScale;

  private final double forwardRewardWeight;
  private final float ctrlCostWeight;
  private final double velocityBound;

  /** How many coordinates are not observed. */
  private final int skipped;

  private final Space observationSpace;

  private double x;
  private double forward;
  private float control;
  private double survival;

  /**
   * Reads the arguments that these tasks share.
   *
   * @param velocityBound what velocities are clipped to where they are observed
   * @param place how many of the first coordinates are the place, not observed by default
   */
  Runner(
      Simulations simulations,
      int index,
      Kwargs kwargs,
      double ctrlCostWeight,
      double resetNoiseScale,
      double velocityBound,
      int place) {
    super(simulations, index);
    forwardRewardWeight = kwargs.number("forward_reward_weight", 1);
    this.ctrlCostWeight = (float) kwargs.number("ctrl_cost_weight", ctrlCostWeight);
    this.resetNoiseScale = kwargs.number("reset_noise_scale", resetNoiseScale);
    this.velocityBound = velocityBound;
    skipped = kwargs.flag("exclude_current_positions_from_observation", true) ? place : 0;
    observationSpace =
        Space.Box.of(
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            state.length - skipped,
            DType.FLOAT64);
  }

  /** Returns what is paid for the condition that {@link #state} is in. */
  double survival() {
    return 0;
  }

  @Override
  public final Space observationSpace() {
    return observationSpace;
  }

  @Override
  final void begin() {
    x = state[0];
  }

  @Override
  final double reward(double[] actions, int offset) {
    double velocity = (state[0] - x) / simulations.secondsPerStep();
    x = state[0];
    forward = forwardRewardWeight * velocity;
    survival = survival();
    control = ctrlCostWeight * FloatSum.ofSquares(actions, offset, simulations.controls());
    return forward + survival - control;
  }

  @Override
  Map<String, Double> rewardParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("reward_forward", forward);
    parts.put("reward_ctrl", (double) -control);
    parts.put("reward_survive", survival);
    return parts;
  }

  @Override
  public final void observe(double[] out, int offset) {
    int seen = positions - skipped;
    System.arraycopy(state, skipped, out, offset, seen);
    for (int i = 0; i < velocities; i++) {
      out[offset + seen + i] = Math.clamp(state[positions + i], -velocityBound, velocityBound);
    }
  }
}
