package org.ppo4j.agent.action;

import java.util.Arrays;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Converts the policy's actions to the environment's: continuous ones are clipped to the bounds
 * (detail 27), squashed into them or scaled from (0, 1) to them, discrete ones are counted from the
 * space's start. Where the space has an integer dtype, numbers are rounded to the nearest integer,
 * halves to even, before they are clipped to the bounds, or to what the dtype holds if actions have
 * no bounds: both ends are reached, and nothing wraps.
 */
public final class ActionEncoder {
  private final int size;
  private final boolean squashes;
  private final boolean scales;
  private final boolean rounds;
  private final double[] low;
  private final double[] high;
  private final double[] start;

  /**
   * Creates the encoder for actions of {@code space}.
   *
   * @throws InvalidHyperparameterException if actions are to be squashed or scaled and the space
   *     has infinite bounds
   */
  public ActionEncoder(Space space, ActionConfig config) {
    ActionBounds bounds = config.actionBounds();
    size = space.size();
    squashes = space instanceof Space.Box && bounds == ActionBounds.SQUASH;
    scales = space instanceof Space.Box && config.actionHead() == ActionHead.BETA;
    rounds = space instanceof Space.Box box && box.dtype().isIntegral();
    low = new double[size];
    high = new double[size];
    start = new double[size];
    DType dtype = space instanceof Space.Box box ? box.dtype() : DType.FLOAT64;
    Arrays.fill(low, dtype.min());
    Arrays.fill(high, dtype.max());
    switch (space) {
      case Space.Box box -> {
        if (squashes) {
          requireBounds(box, "actionBounds SQUASH", "use CLIP or NONE", "actionBounds");
        }
        if (scales) {
          requireBounds(box, "actionHead BETA", "use GAUSSIAN", "actionHead");
        }
        if (bounds != ActionBounds.NONE) {
          Arrays.setAll(low, box::low);
          Arrays.setAll(high, box::high);
        }
      }
      case Space.Discrete discrete -> start[0] = discrete.start();
      case Space.MultiDiscrete multiDiscrete -> Arrays.setAll(start, multiDiscrete::start);
      case Space.MultiBinary _ -> {}
    }
  }

  /**
   * Converts {@code actions [rows, A]} and writes the result to {@code out [rows, A]}. Uses
   * StrictMath because the last bit of Math.tanh differs between JDKs, and ppo4j-policy runs on
   * other JDKs.
   */
  public void encode(float[] actions, int rows, double[] out) {
    for (int i = 0; i < rows * size; i++) {
      int component = i % size;
      double range = high[component] - low[component];
      double action;
      if (squashes) {
        action = low[component] + range * (1 + StrictMath.tanh(actions[i])) / 2;
      } else if (scales) {
        action = low[component] + range * actions[i];
      } else {
        action = actions[i] + start[component];
      }
      if (rounds) {
        action = Math.rint(action) + 0.0; // takes the sign off a negative zero
      }
      out[i] = Math.clamp(action, low[component], high[component]);
    }
  }

  private static void requireBounds(
      Space.Box box, String setting, String instead, String component) {
    for (int i = 0; i < box.size(); i++) {
      if (Double.isInfinite(box.low(i)) || Double.isInfinite(box.high(i))) {
        throw new InvalidHyperparameterException(
            "%s needs finite bounds, but actions are %s; %s".formatted(setting, box, instead),
            component);
      }
    }
  }
}
