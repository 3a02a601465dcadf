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

  // What is done with each component of an action, [A].
  private final boolean[] squashes;
  private final boolean[] scales;
  private final boolean[] rounds;
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
    size = space.size();
    squashes = new boolean[size];
    scales = new boolean[size];
    rounds = new boolean[size];
    low = new double[size];
    high = new double[size];
    start = new double[size];
    Arrays.fill(low, DType.FLOAT64.min());
    Arrays.fill(high, DType.FLOAT64.max());
    int from = 0;
    for (Space leaf : space.leaves()) {
      switch (leaf) {
        case Space.Box box -> addBox(box, from, config);
        case Space.Discrete discrete -> start[from] = discrete.start();
        case Space.MultiDiscrete choices ->
            System.arraycopy(starts(choices), 0, start, from, choices.size());
        case Space.MultiBinary _, Space.Tuple _ -> {}
      }
      from += leaf.size();
    }
  }

  private static double[] starts(Space.MultiDiscrete choices) {
    return Arrays.stream(choices.start()).asDoubleStream().toArray();
  }

  private void addBox(Space.Box box, int from, ActionConfig config) {
    int to = from + box.size();
    ActionBounds bounds = config.actionBounds();
    if (bounds == ActionBounds.SQUASH) {
      requireBounds(box, "actionBounds SQUASH", "use CLIP or NONE", "actionBounds");
      Arrays.fill(squashes, from, to, true);
    }
    if (config.actionHead() == ActionHead.BETA) {
      requireBounds(box, "actionHead BETA", "use GAUSSIAN", "actionHead");
      Arrays.fill(scales, from, to, true);
    }
    Arrays.fill(rounds, from, to, box.dtype().isIntegral());
    for (int i = from; i < to; i++) {
      low[i] = bounds == ActionBounds.NONE ? box.dtype().min() : box.low(i - from);
      high[i] = bounds == ActionBounds.NONE ? box.dtype().max() : box.high(i - from);
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
      if (squashes[component]) {
        action = low[component] + range * (1 + StrictMath.tanh(actions[i])) / 2;
      } else if (scales[component]) {
        action = low[component] + range * actions[i];
      } else {
        action = actions[i] + start[component];
      }
      if (rounds[component]) {
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
