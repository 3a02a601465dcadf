package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;

/**
 * Gymnasium's HalfCheetah: a planar cheetah with two legs. The task is to run as fast as possible.
 *
 * <pre>
 * Action: Box, float32 [6]           min    max
 *   torques on the back thigh, shin and foot, then the front ones; MuJoCo clips them    -1    1
 *
 * Observation: Box, float64 [17]     unbounded
 *   0-7    height and pitch of the torso, then the angles of the six joints    m, rad
 *   8-16   velocities: x, z, pitch, the six joints                        m/s, rad/s
 *
 * Reward   forward_reward_weight times the speed along x, minus ctrl_cost_weight times the sum of
 *          squares of the action
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to the coordinates, normal
 *          noise of that deviation added to the velocities
 * End      never terminated; truncated after 1000 steps
 *
 * Argument                                      type      default
 *   forward_reward_weight                       number    1
 *   ctrl_cost_weight                            number    0.1
 *   reset_noise_scale                           number    0.1
 *   exclude_current_positions_from_observation  boolean   true; if false, x is observed too
 * </pre>
 */
final class HalfCheetah extends Runner {

  /** Creates a cheetah from arguments. */
  HalfCheetah(Simulations simulations, int index, Kwargs kwargs) {
    super(simulations, index, kwargs, 0.1, 0.1, Double.POSITIVE_INFINITY, 1);
  }

  @Override
  void perturb(NumpyRandom random) {
    addUniform(random, 0, positions, resetNoiseScale);
    addNormal(random, positions, state.length, resetNoiseScale);
  }
}
