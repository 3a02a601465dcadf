package org.ppo4j.env.mujoco;

import java.util.Map;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's InvertedPendulum: a pole is hinged on a cart on a rail. The task is to keep it
 * upright.
 *
 * <pre>
 * Action: Box, float32 [1]         min    max
 *   force on the cart              -3     3     MuJoCo clips it
 *
 * Observation: Box, float64 [4]    unbounded
 *   0-1    position of the cart, angle of the pole    m, rad
 *   2-3    their velocities                           m/s, rad/s
 *
 * Reward   1; 0 for the step that terminates
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to coordinates and
 *          velocities
 * End      terminated if the absolute angle exceeds 0.2; truncated after 1000 steps
 *
 * Argument              type     default
 *   reset_noise_scale   number   0.01
 * </pre>
 */
final class InvertedPendulum extends MujocoTask {
  private static final int ANGLE = 1;
  private static final double MAX_ANGLE = 0.2;

  private final double resetNoiseScale;
  private final Space observationSpace;

  /** Creates a pendulum from arguments. */
  InvertedPendulum(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index);
    requireModel(ANGLE + 1, ANGLE + 1);
    resetNoiseScale = kwargs.number("reset_noise_scale", 0.01);
    observationSpace = unbounded(state.length);
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
    return Math.abs(state[ANGLE]) > MAX_ANGLE;
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
