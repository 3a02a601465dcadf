package org.ppo4j.env.mujoco;

import org.ppo4j.env.Kwargs;

/**
 * Gymnasium's Walker2d: two legs under a torso. The task is to walk forward without falling. The
 * feet differ in friction in the model of v4, but not in that of v5.
 *
 * <pre>
 * Action: Box, float32 [6]                                       min    max
 *   torques on thigh, leg and foot, of the right leg, the left   -1     1     MuJoCo clips them
 *
 * Observation: Box, float64 [17]   unbounded
 *   0-7    height and pitch of the torso, angles of the six joints        m, rad
 *   8-16   velocities: x, z, pitch, the six joints; clipped to 10    m/s, rad/s
 *
 * Reward, start, end and arguments are those of {@link Hopper}, except
 *   healthy_z_range       (0.8, 2)
 *   healthy_angle_range   (-1, 1)
 *   healthy_state_range   does not exist
 * </pre>
 */
final class Walker2d extends HealthyRunner {

  /** Creates a walker from arguments, with the rules of v4 or of v5. */
  Walker2d(Simulations simulations, int index, Kwargs kwargs, boolean v4) {
    super(simulations, index, kwargs, v4, new Kwargs.Range(0.8, 2), new Kwargs.Range(-1, 1));
  }
}
