package org.ppo4j.agent.rollout;

import java.util.Arrays;
import org.ppo4j.env.Space;

/**
 * Turns actions as the policy has them into the environment's terms: continuous ones clipped to the
 * bounds (detail 27), discrete ones counted from the space's start.
 */
public final class ActionEncoder {
  private final int size;
  private final double[] low;
  private final double[] high;
  private final double[] start;

  /** Makes the encoder for actions of {@code space}. */
  public ActionEncoder(Space space, boolean clip) {
    size = space.size();
    low = new double[size];
    high = new double[size];
    start = new double[size];
    Arrays.fill(low, Double.NEGATIVE_INFINITY);
    Arrays.fill(high, Double.POSITIVE_INFINITY);
    switch (space) {
      case Space.Box box -> {
        if (clip) {
          System.arraycopy(box.low(), 0, low, 0, size);
          System.arraycopy(box.high(), 0, high, 0, size);
        }
      }
      case Space.Discrete discrete -> start[0] = discrete.start();
      case Space.MultiDiscrete multiDiscrete -> Arrays.setAll(start, i -> multiDiscrete.start()[i]);
      case Space.MultiBinary _ -> {}
    }
  }

  /** Turns {@code actions [rows, A]} into {@code out [rows, A]}. */
  public void encode(float[] actions, int rows, double[] out) {
    for (int i = 0; i < rows * size; i++) {
      int component = i % size;
      out[i] = Math.clamp(actions[i] + start[component], low[component], high[component]);
    }
  }
}
