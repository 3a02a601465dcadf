package org.ppo4j.env.example;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** Walk to the right end of a corridor; every step costs 1. */
final class Corridor extends ArrayDynamics {
  private final int length;

  Corridor(Kwargs kwargs) {
    int cells = kwargs.integer("length", 8);
    super(Space.Box.of(0, cells, 1, DType.FLOAT64), new Space.Discrete(2)); // left, right
    length = cells;
  }

  @Override
  public void reset(NumpyRandom random) {
    state[0] = random.integers(length);
  }

  @Override
  public double step(double[] actions, int offset) {
    state[0] = Math.max(0, state[0] + (actions[offset] == 1 ? 1 : -1));
    return -1;
  }

  @Override
  public boolean terminated() {
    return state[0] == length;
  }
}
