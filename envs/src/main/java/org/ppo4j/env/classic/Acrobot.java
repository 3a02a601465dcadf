package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's Acrobot: two links hang from a fixed joint. The task is to swing them up, by a torque
 * on the joint between them, until the free end is one link length above the fixed joint.
 *
 * <pre>
 * Action: Discrete(3)
 *   0   a torque of -1 N m on the joint between the links
 *   1   no torque
 *   2   a torque of 1 N m
 *
 * Observation: Box, float32 [6]                 min        max
 *   0   cosine of the first link's angle        -1         1
 *   1   sine of it                              -1         1
 *   2   cosine of the second link's angle       -1         1
 *   3   sine of it                              -1         1
 *   4   angular velocity of the first link      -12.566    12.566   rad/s
 *   5   angular velocity of the second link     -28.274    28.274   rad/s
 *   The first angle is 0 if the link hangs down; the second is relative to the first link.
 *
 * Reward   -1 for every step, 0 for the one that terminates
 * Start    both angles and both velocities uniform in [-0.1, 0.1)
 * End      terminated when -cos(first) - cos(first + second) &gt; 1; truncated after 500 steps
 *
 * Arguments: none
 * </pre>
 *
 * <p>The task is that of Sutton, "Generalization in Reinforcement Learning: Successful Examples
 * Using Sparse Coarse Coding" (1996), with the equations of Sutton and Barto's book, integrated by
 * one step of the classical Runge-Kutta method. Operations are in the same order as Gymnasium's.
 * The motion is chaotic, so a difference of an ulp in {@link Math#sin} or {@link Math#cos} grows
 * within a long episode. The state is float64, but starts from float32 numbers. Gymnasium computes
 * the sines and cosines of the first observation in float32, whose result is sometimes (in 6 of
 * 10,000) a neighbour of the nearest float32; this class always writes the nearest.
 */
final class Acrobot extends ArrayDynamics {
  private static final double TIME_STEP = 0.2;
  private static final double GRAVITY = 9.8;
  private static final double LENGTH = 1.0;
  private static final double MASS = 1.0;

  /** The distance of a link's centre of mass from its upper joint. */
  private static final double CENTER = 0.5;

  private static final double MOMENT = 1.0;
  private static final double MAX_VELOCITY_1 = 4 * Math.PI;
  private static final double MAX_VELOCITY_2 = 9 * Math.PI;

  private static final Space ACTIONS = new Space.Discrete(3);
  private static final Space OBSERVATIONS = observations();

  /** First angle, second angle, their velocities. */
  private static final int STATE_SIZE = 4;

  /** The derivatives of the state at the four points of a Runge-Kutta step, {@code [4, S]}. */
  private final double[][] slopes = new double[4][STATE_SIZE];

  /** The point at which a derivative is computed, {@code [S]}. */
  private final double[] point = new double[STATE_SIZE];

  /** Creates an acrobot. */
  Acrobot() {
    super(OBSERVATIONS, ACTIONS, STATE_SIZE);
  }

  @Override
  public void reset(NumpyRandom random) {
    for (int i = 0; i < state.length; i++) {
      state[i] = (float) random.uniform(-0.1, 0.1);
    }
  }

  @Override
  public double step(double[] actions, int offset) {
    double torque = actions[offset] - 1;
    derivative(state, torque, slopes[0]);
    derivative(pointAlong(slopes[0], TIME_STEP / 2), torque, slopes[1]);
    derivative(pointAlong(slopes[1], TIME_STEP / 2), torque, slopes[2]);
    derivative(pointAlong(slopes[2], TIME_STEP), torque, slopes[3]);
    for (int i = 0; i < state.length; i++) {
      double sum = slopes[0][i] + 2 * slopes[1][i] + 2 * slopes[2][i] + slopes[3][i];
      state[i] += TIME_STEP / 6 * sum;
    }
    state[0] = wrapped(state[0]);
    state[1] = wrapped(state[1]);
    state[2] = Math.clamp(state[2], -MAX_VELOCITY_1, MAX_VELOCITY_1);
    state[3] = Math.clamp(state[3], -MAX_VELOCITY_2, MAX_VELOCITY_2);
    return terminated() ? 0 : -1;
  }

  @Override
  public boolean terminated() {
    return -Math.cos(state[0]) - Math.cos(state[1] + state[0]) > 1;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) Math.cos(state[0]);
    out[offset + 1] = (float) Math.sin(state[0]);
    out[offset + 2] = (float) Math.cos(state[1]);
    out[offset + 3] = (float) Math.sin(state[1]);
    out[offset + 4] = (float) state[2];
    out[offset + 5] = (float) state[3];
  }

  private double[] pointAlong(double[] slope, double time) {
    for (int i = 0; i < state.length; i++) {
      point[i] = state[i] + time * slope[i];
    }
    return point;
  }

  /** Writes the time derivative of the state {@code at} to {@code out}, both {@code [S]}. */
  private static void derivative(double[] at, double torque, double[] out) {
    double theta1 = at[0];
    double theta2 = at[1];
    double omega1 = at[2];
    double omega2 = at[3];
    double cos2 = Math.cos(theta2);
    double sin2 = Math.sin(theta2);
    double d1 =
        MASS * (CENTER * CENTER)
            + MASS * (LENGTH * LENGTH + CENTER * CENTER + 2 * LENGTH * CENTER * cos2)
            + MOMENT
            + MOMENT;
    double d2 = MASS * (CENTER * CENTER + LENGTH * CENTER * cos2) + MOMENT;
    double phi2 = MASS * CENTER * GRAVITY * Math.cos(theta1 + theta2 - Math.PI / 2);
    double phi1 =
        -MASS * LENGTH * CENTER * (omega2 * omega2) * sin2
            - 2 * MASS * LENGTH * CENTER * omega2 * omega1 * sin2
            + (MASS * CENTER + MASS * LENGTH) * GRAVITY * Math.cos(theta1 - Math.PI / 2)
            + phi2;
    double alpha2 =
        (torque + d2 / d1 * phi1 - MASS * LENGTH * CENTER * (omega1 * omega1) * sin2 - phi2)
            / (MASS * (CENTER * CENTER) + MOMENT - d2 * d2 / d1);
    out[0] = omega1;
    out[1] = omega2;
    out[2] = -(d2 * alpha2 + phi1) / d1;
    out[3] = alpha2;
  }

  /** Returns the equivalent angle in [-pi, pi]. */
  private static double wrapped(double angle) {
    double wrapped = angle;
    while (wrapped > Math.PI) {
      wrapped -= 2 * Math.PI;
    }
    while (wrapped < -Math.PI) {
      wrapped += 2 * Math.PI;
    }
    return wrapped;
  }

  private static Space observations() {
    double[] high = {1, 1, 1, 1, (float) MAX_VELOCITY_1, (float) MAX_VELOCITY_2};
    double[] low = {-1, -1, -1, -1, -high[4], -high[5]};
    return new Space.Box(low, high, new int[] {6}, DType.FLOAT32);
  }
}
