package org.ppo4j.env.mujoco;

import java.util.Map;
import org.ppo4j.env.DType;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's InvertedPendulum: a pole on a cart on a rail, to be kept upright.
 *
 * <pre>
 * Action: Box, float32 [1]         min    max
 *   force on the cart              -3     3     MuJoCo clips it
 *
 * Observation: Box, float64 [4]    unbounded
 *   0-1    place of the cart, angle of the pole    m, rad
 *   2-3    their velocities                        m/s, rad/s
 *
 * Reward   1, but 0 for the step that terminates
 * Start    coordinates and velocities off by uniform noise in reset_noise_scale either way
 * End      terminated where the angle is beyond 0.2 either way; truncated after 1000 steps
 *
 * Argument              type     default
 *   reset_noise_scale   number   0.01
 * </pre>
 */
final class InvertedPendulum extends MujocoTask {
  private static final int ANGLE = 1;
  private static final double GREATEST_ANGLE = 0.2;

  private final double resetNoiseScale;
  private final Space observationSpace;

  /** Makes a pendulum from arguments. */
  InvertedPendulum(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index);
    requireModel(ANGLE + 1, ANGLE + 1);
    resetNoiseScale = kwargs.number("reset_noise_scale", 0.01);
    observationSpace =
        Space.Box.of(
            Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, state.length, DType.FLOAT64);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, state.length, resetNoiseScale);
  }

  @Override
  double reward(double[] actions, int offset) {
    return terminated() ? 0 : 1;
  }

  @Override
  Map<String, Double> rewardParts() {
    return Map.of("reward_survive", terminated() ? 0.0 : 1.0);
  }

  @Override
  public boolean terminated() {
    for (double number : state) {
      if (!Double.isFinite(number)) {
        return true;
      }
    }
    return Math.abs(state[ANGLE]) > GREATEST_ANGLE;
  }

  @Override
  public Space observationSpace() {
    return observationSpace;
  }

  @Override
  public void observe(double[] out, int offset) {
    System.arraycopy(state, 0, out, offset, state.length);
  }
}
