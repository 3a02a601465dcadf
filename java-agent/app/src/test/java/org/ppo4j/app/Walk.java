package org.ppo4j.app;

import org.jspecify.annotations.Nullable;
import org.ppo4j.env.DType;
import org.ppo4j.env.Dynamics;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * A walk on a line, rewarded near 0 and cut off after 50 steps. Its arguments {@code quantity},
 * {@code value} and {@code at} replace one number: the reward or the observation in that step of an
 * episode, only in the third sub-environment.
 */
final class Walk implements Dynamics {
  private static final String ID = "Walk-v0";

  /**
   * The arguments of the environment that is being created, and the number of its sub-environments
   * that exist already.
   */
  private static @Nullable Kwargs making;

  private static int made;

  private final String quantity;
  private final double value;
  private final int at;
  private final int index;
  private double steps;
  private double position;

  private Walk(Kwargs kwargs, int index) {
    quantity = kwargs.text("quantity", "");
    value = Double.parseDouble(kwargs.text("value", "0").replace("'", ""));
    at = kwargs.integer("at", 0);
    this.index = index;
  }

  /** Registers the environment, once, and returns its id. */
  static synchronized String register() {
    if (!Envs.isNative(ID)) {
      Envs.register(ID, 50, Walk::make);
    }
    return ID;
  }

  private static synchronized Walk make(Kwargs kwargs) {
    made = kwargs == making ? made + 1 : 0;
    making = kwargs;
    return new Walk(kwargs, made);
  }

  private boolean spoils(String what) {
    return index == 2 && quantity.equals(what) && steps == at;
  }

  @Override
  public Space observationSpace() {
    return Space.Box.of(-10, 10, 1, DType.FLOAT64);
  }

  @Override
  public Space actionSpace() {
    return Space.Box.of(-1, 1, 1, DType.FLOAT32);
  }

  @Override
  public void reset(NumpyRandom random) {
    steps = 0;
    position = random.nextDouble();
  }

  @Override
  public double step(double[] actions, int offset) {
    steps++;
    if (spoils("step")) {
      throw new IllegalStateException("the floor is gone");
    }
    position += 0.1 * actions[offset];
    return spoils("reward") ? value : -position * position;
  }

  @Override
  public boolean terminated() {
    return false;
  }

  @Override
  public void observe(double[] out, int offset) {
    out[offset] = spoils("observation") ? value : position;
  }

  @Override
  public double[] state() {
    return new double[] {steps, position};
  }

  @Override
  public void restore(double[] state) {
    steps = state[0];
    position = state[1];
  }
}
