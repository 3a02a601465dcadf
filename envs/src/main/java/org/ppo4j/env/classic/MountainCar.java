package org.ppo4j.env.classic;

import org.ppo4j.env.Space;

/**
 * Gymnasium's MountainCar: a car in a valley has to drive up the hill on the right. Its engine is
 * too weak unless the car first gathers speed on the hill on the left.
 *
 * <pre>
 * Action: Discrete(3)
 *   0   accelerate to the left
 *   1   do not accelerate
 *   2   accelerate to the right
 *
 * Observation: Box, float32 [2]   min     max
 *   0   position                  -1.2    0.6
 *   1   velocity                  -0.07   0.07   per step
 *
 * Reward   -1 for every step, including the one that terminates
 * Start    position uniform in [-0.6, -0.4), velocity 0
 * End      terminated at a position of at least 0.5 with a velocity of at least goal_velocity;
 *          truncated after 200 steps
 *
 * Argument        type     default
 *   goal_velocity number   0
 * </pre>
 *
 * <p>The task is that of Moore, "Efficient Memory-based Learning for Robot Control" (1990). The
 * wall at the left end stops the car; at the right end only the position is clipped. Operations are
 * in the same order as Gymnasium's, so states differ only where {@link Math#cos} differs from C's,
 * by an ulp. The state is float64; the observation is the state rounded to float32.
 */
final class MountainCar extends MountainCarTask {
  private static final double GOAL_POSITION = 0.5;
  private static final double FORCE = 0.001;

  private static final Space ACTIONS = new Space.Discrete(3);
  private static final int STATE_SIZE = 2;

  private final double goalVelocity;

  /** Creates a car that has to arrive with at least {@code goalVelocity}. */
  MountainCar(double goalVelocity) {
    super(ACTIONS, STATE_SIZE);
    this.goalVelocity = goalVelocity;
  }

  @Override
  public double step(double[] actions, int offset) {
    double velocity = state[VELOCITY];
    velocity += (actions[offset] - 1) * FORCE - Math.cos(3 * state[POSITION]) * GRAVITY;
    velocity = Math.clamp(velocity, -MAX_SPEED, MAX_SPEED);
    double position = Math.clamp(state[POSITION] + velocity, MIN_POSITION, MAX_POSITION);
    if (position == MIN_POSITION && velocity < 0) {
      velocity = 0;
    }
    state[POSITION] = position;
    state[VELOCITY] = velocity;
    return -1;
  }

  @Override
  public boolean terminated() {
    return state[POSITION] >= GOAL_POSITION && state[VELOCITY] >= goalVelocity;
  }
}
