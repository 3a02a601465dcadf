package org.ppo4j.env.example;

import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** Walk to the right end of a corridor; every step costs 1. */
final class Corridor implements Dynamics {
  private final int length;
  private int position;

  Corridor(Kwargs kwargs) {
    length = kwargs.integer("length", 8);
  }

  @Override
  public Space observationSpace() {
    return Space.Box.of(0, length, 1, DType.FLOAT64);
  }

  @Override
  public Space actionSpace() {
    return new Space.Discrete(2); // left, right
  }

  @Override
  public void reset(NumpyRandom random) {
    position = (int) random.integers(length);
  }

  @Override
  public double step(double[] actions, int offset) {
    position = Math.max(0, position + (actions[offset] == 1 ? 1 : -1));
    return -1;
  }

  @Override
  public boolean terminated() {
    return position == length;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = position;
  }

  @Override
  public double[] state() {
    return new double[] {position};
  }

  @Override
  public void restore(double[] state) {
    position = (int) state[0];
  }
}
