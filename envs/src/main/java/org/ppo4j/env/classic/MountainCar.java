package org.ppo4j.env.classic;

import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Gymnasium's MountainCar: a car in a valley, too weak to drive up the right hill unless it gathers
 * speed on the left one.
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
 * Reward   -1 for every step, the one that terminates included
 * Start    position uniform in [-0.6, -0.4), at rest
 * End      terminated at a position of at least 0.5 with a velocity of at least goal_velocity;
 *          truncated after 200 steps
 *
 * Argument        type     default
 *   goal_velocity number   0
 * </pre>
 *
 * <p>The task is that of Moore, "Efficient Memory-based Learning for Robot Control" (1990). The
 * wall at the left end stops the car; at the right end only its position is held. Each expression
 * rounds in the order of Gymnasium's, so that states differ only where {@link Math#cos} differs
 * from C's, by an ulp. The state is float64, the observation its rounding to float32.
 */
final class MountainCar implements Dynamics {
  private static final double MIN_POSITION = -1.2;
  private static final double MAX_POSITION = 0.6;
  private static final double MAX_SPEED = 0.07;
  private static final double GOAL_POSITION = 0.5;
  private static final double FORCE = 0.001;
  private static final double GRAVITY = 0.0025;

  private static final Space ACTIONS = new Space.Discrete(3);
  private static final Space OBSERVATIONS = observations();

  private final double goalVelocity;

  private double position;
  private double velocity;

  /** Makes a car that has to arrive with at least {@code goalVelocity}. */
  MountainCar(double goalVelocity) {
    this.goalVelocity = goalVelocity;
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
  }

  @Override
  public double step(double[] actions, int offset) {
    velocity += (actions[offset] - 1) * FORCE - Math.cos(3 * position) * GRAVITY;
    velocity = Math.clamp(velocity, -MAX_SPEED, MAX_SPEED);
    position = Math.clamp(position + velocity, MIN_POSITION, MAX_POSITION);
    if (position == MIN_POSITION && velocity < 0) {
      velocity = 0;
    }
    return -1;
  }

  @Override
  public boolean terminated() {
    return position >= GOAL_POSITION && velocity >= goalVelocity;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = (float) position;
    out[offset + 1] = (float) velocity;
  }

  @Override
  public double[] state() {
    return new double[] {position, velocity};
  }

  @Override
  public void restore(double[] state) {
    position = state[0];
    velocity = state[1];
  }

  /** Returns the space of observations, which the continuous task has too. */
  static Space observations() {
    double[] low = {(float) MIN_POSITION, (float) -MAX_SPEED};
    double[] high = {(float) MAX_POSITION, (float) MAX_SPEED};
    return new Space.Box(low, high, new int[] {2}, DType.FLOAT32);
  }
}
