package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;

/**
 * Gymnasium's Swimmer: a chain of three links in a viscous plane. The task is to swim along the
 * first axis.
 *
 * <pre>
 * Action: Box, float32 [2]           min    max
 *   torques on the two joints        -1     1     MuJoCo clips them
 *
 * Observation: Box, float64 [8]      unbounded
 *   0-2    angles of the front link and of the two joints                     rad
 *   3-7    velocities: along the two axes, the front link's angle, the joints'       m/s, rad/s
 *
 * Reward   forward_reward_weight times the speed along x, minus ctrl_cost_weight times the sum of
 *          squares of the action
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to coordinates and
 *          velocities
 * End      never terminated; truncated after 1000 steps
 *
 * Argument                                      type      default
 *   forward_reward_weight                       number    1
 *   ctrl_cost_weight                            number    0.0001
 *   reset_noise_scale                           number    0.1
 *   exclude_current_positions_from_observation  boolean   true; if false, two more: x and y
 * </pre>
 */
final class Swimmer extends Runner {

  /** Creates a swimmer from arguments. */
  Swimmer(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index, kwargs, 1e-4, 0.1, Double.POSITIVE_INFINITY, 2);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, state.length, resetNoiseScale);
  }
}
