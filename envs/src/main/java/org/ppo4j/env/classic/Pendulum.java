package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's Pendulum: a rod hangs from a hinge. The task is to swing it up and hold it upright by
 * a torque that is too weak to lift it directly.
 *
 * <pre>
 * Action: Box, float32 [1]        min   max
 *   0   torque, clipped           -2    2     N m
 *
 * Observation: Box, float32 [3]   min   max
 *   0   cosine of the angle       -1    1     the angle is 0 if the rod is upright
 *   1   sine of the angle         -1    1
 *   2   angular velocity          -8    8     rad/s
 *
 * Reward   -(angle^2 + 0.1 velocity^2 + 0.001 torque^2) of the state before the step, with the
 *          angle in [-pi, pi) and the torque clipped
 * Start    angle uniform in [-pi, pi), velocity in [-1, 1)
 * End      never terminated; truncated after 200 steps
 *
 * Argument   type     default
 *   g        number   10        acceleration of gravity, m/s^2
 * </pre>
 *
 * <p>The rod has mass 1 kg and length 1 m. The velocity is integrated first, and the angle is then
 * integrated with the new velocity. The state is float64 and its angle is not wrapped. As in numpy,
 * the torque is float32, and so are its products and its square. States differ from Gymnasium's
 * only where {@link Math#sin} differs from C's. Rewards also differ where C's {@code pow}, with
 * which Gymnasium squares, does not round to the nearest.
 */
final class Pendulum extends ArrayDynamics {
  private static final int THETA = 0;
  private static final int THETA_DOT = 1;
  private static final int STATE_SIZE = 2;

  private static final double MAX_SPEED = 8;
  private static final float MAX_TORQUE = 2;
  private static final double TIME_STEP = 0.05;
  private static final double MASS = 1;
  private static final double LENGTH = 1;

  private static final Space ACTIONS = Space.Box.of(-MAX_TORQUE, MAX_TORQUE, 1, DType.FLOAT32);
  private static final Space OBSERVATIONS = observations();

  /** The angular acceleration by gravity when the rod is horizontal. */
  private final double fall;

  /** Creates a pendulum under the acceleration {@code g} of gravity, in m/s^2. */
  Pendulum(double g) {
    super(OBSERVATIONS, ACTIONS, STATE_SIZE);
    fall = 3 * g / (2 * LENGTH);
  }

  @Override
  public void reset(NumpyRandom random) {
    state[THETA] = random.uniform(-Math.PI, Math.PI);
    state[THETA_DOT] = random.uniform(-1, 1);
  }

  @Override
  public double step(double[] actions, int offset) {
    float torque = Math.clamp((float) actions[offset], -MAX_TORQUE, MAX_TORQUE);
    double theta = state[THETA];
    double thetaDot = state[THETA_DOT];
    double angle = normalized(theta);
    double cost = angle * angle + 0.1 * (thetaDot * thetaDot) + 0.001f * (torque * torque);

    float push = (float) (3 / (MASS * (LENGTH * LENGTH))) * torque;
    double faster = thetaDot + (fall * Math.sin(theta) + push) * TIME_STEP;
    state[THETA_DOT] = Math.clamp(faster, -MAX_SPEED, MAX_SPEED);
    state[THETA] += state[THETA_DOT] * TIME_STEP;
    return -cost;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) Math.cos(state[THETA]);
    out[offset + 1] = (float) Math.sin(state[THETA]);
    out[offset + 2] = (float) state[THETA_DOT];
  }

  /** Returns the equivalent angle in [-pi, pi), by Python's remainder, which is not negative. */
  private static double normalized(double angle) {
    double remainder = (angle + Math.PI) % (2 * Math.PI);
    if (remainder < 0) {
      remainder += 2 * Math.PI;
    }
    return remainder - Math.PI;
  }

  private static Space observations() {
    double[] high = {1, 1, MAX_SPEED};
    double[] low = {-1, -1, -MAX_SPEED};
    return new Space.Box(low, high, new int[] {3}, DType.FLOAT32);
  }
}
