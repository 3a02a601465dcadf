package org.ppo4j.env.classic;

import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's MountainCarContinuous: the car of {@link MountainCar} with an engine that can be
 * throttled and that costs.
 *
 * <pre>
 * Action: Box, float32 [1]        min     max
 *   0   force, clipped            -1      1
 *
 * Observation: Box, float32 [2]   min     max
 *   0   position                  -1.2    0.6
 *   1   velocity                  -0.07   0.07   per step
 *
 * Reward   -0.1 times the square of the action, which is not clipped there; 100 more for the step that
 *          terminates
 * Start    position uniform in [-0.6, -0.4), at rest
 * End      terminated at a position of at least 0.45 with a velocity of at least goal_velocity;
 *          truncated after 999 steps
 *
 * Argument        type     default
 *   goal_velocity number   0
 * </pre>
 *
 * <p>Numbers are as wide as in Gymnasium: the state is float64 after a reset and float32 from the
 * first step on, and so is the arithmetic on it (NEP 50: a Python number takes the width of numpy's
 * that it meets). A sum or product of two float32 taken in float64 and rounded is the float32 one
 * exactly, so {@link #rounded} is all that tells the two apart. States differ only where {@link
 * Math#cos} differs from C's.
 */
final class MountainCarContinuous implements Dynamics {
  private static final double MIN_POSITION = -1.2;
  private static final double MAX_POSITION = 0.6;
  private static final double MAX_SPEED = 0.07;
  private static final double GOAL_POSITION = 0.45;
  private static final double POWER = 0.0015;
  private static final double GRAVITY = 0.0025;

  private static final Space ACTIONS = Space.Box.of(-1, 1, 1, DType.FLOAT32);
  private static final Space OBSERVATIONS = MountainCar.observations();

  private final float goalVelocity;

  private double position;
  private double velocity;

  /** Whether the state is float32. */
  private boolean single;

  /** Makes a car that has to arrive with at least {@code goalVelocity}. */
  MountainCarContinuous(double goalVelocity) {
    this.goalVelocity = (float) goalVelocity;
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
    position = random.uniform(-0.6, -0.4);
    velocity = 0;
    single = false;
  }

  @Override
  public double step(double[] actions, int offset) {
    float action = (float) actions[offset];
    double maxSpeed = rounded(MAX_SPEED);
    double minPosition = rounded(MIN_POSITION);
    double acceleration = acceleration(action, GRAVITY * Math.cos(rounded(3 * position)));
    velocity = Math.clamp(rounded(velocity + rounded(acceleration)), -maxSpeed, maxSpeed);
    position = Math.clamp(rounded(position + velocity), minPosition, rounded(MAX_POSITION));
    if (position == minPosition && velocity < 0) {
      velocity = 0;
    }
    single = true;
    position = rounded(position);
    velocity = rounded(velocity);
    return (terminated() ? 100.0 : 0.0) - (double) action * action * 0.1;
  }

  /** Takes Python's float64 for a force that was clipped, and float32 for one that was not. */
  private static double acceleration(float action, double slope) {
    if (action < -1 || action > 1) {
      return Math.signum(action) * POWER - slope;
    }
    return action * (float) POWER - (float) slope;
  }

  private double rounded(double value) {
    return single ? (float) value : value;
  }

  @Override
  public boolean terminated() {
    return position >= (float) GOAL_POSITION && velocity >= goalVelocity;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) position;
    out[offset + 1] = (float) velocity;
  }

  /** Returns position, velocity, and 1 where they are float32 or else 0. */
  @Override
  public double[] state() {
    return new double[] {position, velocity, single ? 1 : 0};
  }

  @Override
  public void restore(double[] state) {
    position = state[0];
    velocity = state[1];
    single = state[2] == 1;
  }
}
