package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;

/**
 * Gymnasium's Hopper: one leg under a torso. The task is to hop forward without falling.
 *
 * <pre>
 * Action: Box, float32 [3]           min    max
 *   torques on thigh, leg and foot   -1     1     MuJoCo clips them
 *
 * Observation: Box, float64 [11]     unbounded
 *   0-4    height and pitch of the torso, angles of thigh, leg and foot    m, rad
 *   5-10   velocities: x, z, pitch, the three joints; clipped to 10   m/s, rad/s
 *
 * Reward   forward_reward_weight times the speed along x, plus healthy_reward, minus
 *          ctrl_cost_weight times the sum of squares of the action. v5 gives healthy_reward if the
 *          new state is healthy; v4 also in the step that terminates
 * Start    uniform noise in [-reset_noise_scale, reset_noise_scale) added to coordinates and
 *          velocities
 * End      terminated if the state is not healthy; truncated after 1000 steps
 *
 * Argument                                     type      default
 *   forward_reward_weight                      number    1
 *   ctrl_cost_weight                           number    0.001
 *   healthy_reward                             number    1
 *   terminate_when_unhealthy                   boolean   true
 *   healthy_state_range                        range     (-100, 100), all but x and the height
 *   healthy_z_range                            range     (0.7, inf), the height
 *   healthy_angle_range                        range     (-0.2, 0.2), the pitch
 *   reset_noise_scale                          number    0.005
 *   exclude_current_positions_from_observation boolean   true; if false, x is observed too
 * </pre>
 */
final class Hopper extends HealthyRunner {
  private static final int FIRST_RANGED = 2;

  private final Kwargs.Range healthyState;

  /** Creates a hopper from arguments, with the rules of v4 or of v5. */
  Hopper(Simulations simulations, int index, Kwargs kwargs, boolean v4) {
    super(
        simulations,
        index,
        kwargs,
        v4,
        new Kwargs.Range(0.7, Double.POSITIVE_INFINITY),
        new Kwargs.Range(-0.2, 0.2));
    healthyState = kwargs.range("healthy_state_range", -100, 100);
  }

  @Override
  boolean isHealthy() {
    if (!super.isHealthy()) {
      return false;
    }
    for (int i = FIRST_RANGED; i < state.length; i++) {
      if (!isWithin(healthyState, state[i])) {
        return false;
      }
    }
    return true;
  }
}
