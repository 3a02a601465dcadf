package org.ppo4j.env.classic;

import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's MountainCarContinuous: the car of {@link MountainCar} with an engine whose force is
 * continuous and reduces the reward.
 *
 * <pre>
 * Action: Box, float32 [1]        min     max
 *   0   force, clipped            -1      1
 *
 * Observation: Box, float32 [2]   min     max
 *   0   position                  -1.2    0.6
 *   1   velocity                  -0.07   0.07   per step
 *
 * Reward   -0.1 times the square of the action before clipping; 100 more for the step that
 *          terminates
 * Start    position uniform in [-0.6, -0.4), velocity 0
 * End      terminated at a position of at least 0.45 with a velocity of at least goal_velocity;
 *          truncated after 999 steps
 *
 * Argument        type     default
 *   goal_velocity number   0
 * </pre>
 *
 * <p>Numbers have the same width as in Gymnasium: the state is float64 after a reset and float32
 * from the first step on, and so is the arithmetic on it (NEP 50: a Python number takes the width
 * of the numpy number it is combined with). A sum or product of two float32 numbers that is
 * computed in float64 and then rounded equals the float32 result exactly, so {@link #rounded} alone
 * makes the difference. States differ from Gymnasium's only where {@link Math#cos} differs from
 * C's.
 */
final class MountainCarContinuous extends MountainCarTask {
  private static final double GOAL_POSITION = 0.45;
  private static final double POWER = 0.0015;

  private static final Space ACTIONS = Space.Box.of(-1, 1, 1, DType.FLOAT32);

  /** The index of the number that is 1 if the state is float32 and 0 if it is float64. */
  private static final int SINGLE = 2;

  private static final int STATE_SIZE = 3;

  private final float goalVelocity;

  /** Creates a car that has to arrive with at least {@code goalVelocity}. */
  MountainCarContinuous(double goalVelocity) {
    super(ACTIONS, STATE_SIZE);
    this.goalVelocity = (float) goalVelocity;
  }

  @Override
  public void reset(NumpyRandom random) {
    super.reset(random);
    state[SINGLE] = 0;
  }

  @Override
  public double step(double[] actions, int offset) {
    float action = (float) actions[offset];
    double maxSpeed = rounded(MAX_SPEED);
    double minPosition = rounded(MIN_POSITION);
    double slope = GRAVITY * Math.cos(rounded(3 * state[POSITION]));
    double faster = rounded(state[VELOCITY] + rounded(acceleration(action, slope)));
    double velocity = Math.clamp(faster, -maxSpeed, maxSpeed);
    double position =
        Math.clamp(rounded(state[POSITION] + velocity), minPosition, rounded(MAX_POSITION));
    if (position == minPosition && velocity < 0) {
      velocity = 0;
    }
    state[POSITION] = (float) position;
    state[VELOCITY] = (float) velocity;
    state[SINGLE] = 1;
    return (terminated() ? 100.0 : 0.0) - (double) action * action * 0.1;
  }

  /** Returns a float64 if the action was clipped, as in Python, and otherwise a float32. */
  private static double acceleration(float action, double slope) {
    if (action < -1 || action > 1) {
      return Math.signum(action) * POWER - slope;
    }
    return action * (float) POWER - (float) slope;
  }

  private double rounded(double value) {
    return state[SINGLE] == 1 ? (float) value : value;
  }

  @Override
  public boolean terminated() {
    return state[POSITION] >= (float) GOAL_POSITION && state[VELOCITY] >= goalVelocity;
  }
}
