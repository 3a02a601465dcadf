package org.ppo4j.env.example;

import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** A corridor of 8 cells, at whose left end there is no way to the left. */
final class MaskedCorridor extends ArrayDynamics {

  MaskedCorridor(Kwargs kwargs) {
    super(Space.Box.of(0, 8, 1, DType.FLOAT64), new Space.Discrete(2));
  }

  @Override
  public void reset(NumpyRandom random) {
    state[0] = random.integers(2);
  }

  @Override
  public double step(double[] actions, int offset) {
    state[0] += actions[offset] == 1 ? 1 : -1;
    return -1;
  }

  @Override
  public boolean terminated() {
    return state[0] == 8;
  }

  @Override
  public boolean masksActions() {
    return true;
  }

  @Override
  public void actionMask(byte[] out, int offset) {
    out[offset] = (byte) (state[0] > 0 ? 1 : 0); // left
    out[offset + 1] = 1; // right
  }
}
