package org.ppo4j.dl4j.example;

import java.util.Arrays;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * Catch the falling pixel with the pixel of the lowest row, which moves left, stays or moves right:
 * an image of 6 rows and 5 columns with a return of 1 or -1 after 5 steps.
 */
public final class Catch extends ArrayDynamics {
  private static final int ROWS = 6;
  private static final int COLUMNS = 5;
  private static final int PIXELS = ROWS * COLUMNS;
  private static final int BALL = PIXELS; // where its cell is in the state
  private static final int PADDLE = PIXELS + 1;

  public Catch() {
    double[] white = new double[PIXELS];
    Arrays.fill(white, 255);
    int[] shape = {ROWS, COLUMNS};
    super(
        new Space.Box(new double[PIXELS], white, shape, DType.UINT8),
        new Space.Discrete(3),
        PIXELS + 2);
  }

  @Override
  public void reset(NumpyRandom random) {
    state[BALL] = random.integers(COLUMNS);
    state[PADDLE] = PIXELS - COLUMNS + random.integers(COLUMNS);
    draw();
  }

  @Override
  public double step(double[] actions, int offset) {
    double moved = state[PADDLE] + actions[offset] - 1;
    state[PADDLE] = Math.clamp(moved, PIXELS - COLUMNS, PIXELS - 1);
    state[BALL] += COLUMNS;
    draw();
    return !terminated() ? 0 : state[BALL] == state[PADDLE] ? 1 : -1;
  }

  @Override
  public boolean terminated() {
    return state[BALL] >= PIXELS - COLUMNS;
  }

  private void draw() {
    Arrays.fill(state, 0, PIXELS, 0);
    state[(int) state[BALL]] = 255;
    state[(int) state[PADDLE]] = 255;
  }
}
