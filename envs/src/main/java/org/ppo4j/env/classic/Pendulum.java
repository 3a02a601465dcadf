package org.ppo4j.env.classic;

import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's Pendulum: a rod on a hinge, to be swung up and held upright by a torque too weak to
 * lift it at once.
 *
 * <pre>
 * Action: Box, float32 [1]        min   max
 *   0   torque, clipped           -2    2     N m
 *
 * Observation: Box, float32 [3]   min   max
 *   0   cosine of the angle       -1    1     the angle is 0 where the rod is upright
 *   1   sine of the angle         -1    1
 *   2   angular velocity          -8    8     rad/s
 *
 * Reward   -(angle^2 + 0.1 velocity^2 + 0.001 torque^2), of the state before the step, the angle
 *          within [-pi, pi) and the torque clipped
 * Start    angle uniform in [-pi, pi), velocity in [-1, 1)
 * End      never terminated; truncated after 200 steps
 *
 * Argument   type     default
 *   g        number   10        acceleration of gravity, m/s^2
 * </pre>
 *
 * <p>The rod has mass 1 kg and length 1 m; the velocity is integrated first and moves the angle
 * then. The state is float64, the angle in it is not wrapped. As in numpy the torque stays float32,
 * also multiplied and squared. States differ from Gymnasium's only where {@link Math#sin} differs
 * from C's; rewards also where C's {@code pow}, which squares there, does not round to the nearest.
 */
final class Pendulum implements Dynamics {
  private static final double MAX_SPEED = 8;
  private static final float MAX_TORQUE = 2;
  private static final double TIME_STEP = 0.05;
  private static final double MASS = 1;
  private static final double LENGTH = 1;

  private static final Space ACTIONS = Space.Box.of(-MAX_TORQUE, MAX_TORQUE, 1, DType.FLOAT32);
  private static final Space OBSERVATIONS = observations();

  /** Angular acceleration by gravity where the rod is level. */
  private final double fall;

  private double theta;
  private double thetaDot;

  /** Makes a pendulum under the acceleration {@code g} of gravity, in m/s^2. */
  Pendulum(double g) {
    fall = 3 * g / (2 * LENGTH);
  }

  @Override
  public Space observationSpace() {
    return OBSERVATIONS;
  }

  @Override
  public Space actionSpace() {
    return ACTIONS;
  }

  @Override
  public void reset(NumpyRandom random) {
    theta = random.uniform(-Math.PI, Math.PI);
    thetaDot = random.uniform(-1, 1);
  }

  @Override
  public double step(double[] actions, int offset) {
    float torque = Math.clamp((float) actions[offset], -MAX_TORQUE, MAX_TORQUE);
    double angle = normalized(theta);
    double cost = angle * angle + 0.1 * (thetaDot * thetaDot) + 0.001f * (torque * torque);

    float push = (float) (3 / (MASS * (LENGTH * LENGTH))) * torque;
    double faster = thetaDot + (fall * Math.sin(theta) + push) * TIME_STEP;
    thetaDot = Math.clamp(faster, -MAX_SPEED, MAX_SPEED);
    theta += thetaDot * TIME_STEP;
    return -cost;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) Math.cos(theta);
    out[offset + 1] = (float) Math.sin(theta);
    out[offset + 2] = (float) thetaDot;
  }

  @Override
  public double[] state() {
    return new double[] {theta, thetaDot};
  }

  @Override
  public void restore(double[] state) {
    theta = state[0];
    thetaDot = state[1];
  }

  /** Returns the same angle within [-pi, pi), by Python's remainder, which is not negative. */
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
