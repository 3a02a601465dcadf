package org.ppo4j.env.mujoco;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.Space;

/**
 * A task of running forward. The reward is the speed along the first coordinate minus the cost of
 * control, plus a reward for {@linkplain #survival surviving} in some tasks. An observation has the
 * coordinates, by default without the horizontal position, then the velocities.
 *
 * <p>Numbers have the same width as in Gymnasium: the cost of control is float32, everything else
 * is float64.
 */
abstract class Runner extends MujocoTask {
  final double resetNoiseScale;

  private final double forwardRewardWeight;
  private final float ctrlCostWeight;
  private final double velocityBound;

  /** The number of first coordinates that are not observed. */
  private final int skipped;

  private final Space observationSpace;

  private double x;
  private double forward;
  private float control;
  private double survival;

  /**
   * Reads the arguments that these tasks share.
   *
   * @param ctrlCostWeight the default of the argument
   * @param resetNoiseScale the default of the argument
   * @param velocityBound the absolute value that observed velocities are clipped to
   * @param place the number of first coordinates that are the horizontal position, which is not
   *     observed by default
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
    observationSpace = unbounded(state.length - skipped);
  }

  /** Returns the reward for surviving in {@link #state}; 0 by default. */
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
