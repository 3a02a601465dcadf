package org.ppo4j.app;

import java.util.Arrays;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** Black images of 8 x 8 x 3 bytes, and a reward of 1 for each of eight steps. */
final class SmallImage extends ArrayDynamics {
  private static final String ID = "test/SmallImage-v0";

  private SmallImage() {
    super(
        new Space.Box(new double[192], filled(255), new int[] {8, 8, 3}, DType.UINT8),
        new Space.Discrete(2));
  }

  private static double[] filled(double value) {
    double[] numbers = new double[192];
    Arrays.fill(numbers, value);
    return numbers;
  }

  /** Registers the environment, once, and returns its id. */
  static synchronized String register() {
    if (!Envs.isNative(ID)) {
      Envs.register(ID, 8, kwargs -> new SmallImage());
    }
    return ID;
  }

  @Override
  public void reset(NumpyRandom random) {}

  @Override
  public double step(double[] actions, int offset) {
    return 1;
  }
}
