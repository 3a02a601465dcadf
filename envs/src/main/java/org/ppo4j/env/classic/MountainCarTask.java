package org.ppo4j.env.classic;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** The valley, start and observations that {@link MountainCar} and its continuous variant share. */
abstract class MountainCarTask extends ArrayDynamics {
  static final int POSITION = 0;
  static final int VELOCITY = 1;

  static final double MIN_POSITION = -1.2;
  static final double MAX_POSITION = 0.6;
  static final double MAX_SPEED = 0.07;
  static final double GRAVITY = 0.0025;

  private static final Space OBSERVATIONS =
      new Space.Box(
          new double[] {(float) MIN_POSITION, (float) -MAX_SPEED},
          new double[] {(float) MAX_POSITION, (float) MAX_SPEED},
          new int[] {2},
          DType.FLOAT32);

  /** Creates a car whose state has position and velocity as its first numbers. */
  MountainCarTask(Space actionSpace, int stateSize) {
    super(OBSERVATIONS, actionSpace, stateSize);
  }

  @Override
  public void reset(NumpyRandom random) {
    state[POSITION] = random.uniform(-0.6, -0.4);
    state[VELOCITY] = 0;
  }
}
