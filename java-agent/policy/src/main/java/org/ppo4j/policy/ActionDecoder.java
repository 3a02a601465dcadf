package org.ppo4j.policy;

import java.util.Arrays;

/**
 * Turns the actor's outputs into the most probable action in the environment's terms: choices by
 * their largest logit, counted from the space's start; bits by the sign of theirs; numbers clipped
 * or squashed into their bounds, or scaled to them, and rounded to the nearest integer, halves to
 * even, if the space has an integer type. Immutable.
 */
final class ActionDecoder {
  /** How numbers are kept within the bounds, under the manifest's names in lower case. */
  enum Bounds {
    CLIP,
    SQUASH,
    NONE
  }

  /**
   * The distribution of numbers, under the manifest's names in lower case. The outputs of a
   * Gaussian, gSDE included, start with the means, which are its most probable numbers; those of a
   * beta are the alphas and then the betas, both before softplus(output) + 1.
   */
  enum Head {
    GAUSSIAN,
    STATE_DEPENDENT_GAUSSIAN,
    BETA,
    GSDE
  }

  /** The logit of a value that is not valid, as in the trainer. */
  private static final float INVALID = -Float.MAX_VALUE;

  private final Space space;

  /** The decoders of a tuple's leaves; empty for other spaces. */
  private final ActionDecoder[] parts;

  /** The number of outputs. */
  private final int outputs;

  private final boolean squashes;
  private final boolean scales;

  /** The least value that an action's number can have, {@code [size]}. */
  final double[] low;

  /** The greatest value that an action's number can have, {@code [size]}. */
  final double[] high;

  ActionDecoder(Space space, Head head, Bounds bounds) {
    this.space = space;
    squashes = space.kind == Space.Kind.BOX && bounds == Bounds.SQUASH;
    scales = space.kind == Space.Kind.BOX && head == Head.BETA;
    low = space.low.clone();
    high = space.high.clone();
    if (space.kind == Space.Kind.BOX && bounds == Bounds.NONE) {
      Arrays.fill(low, space.type.min);
      Arrays.fill(high, space.type.max);
    }
    outputs = outputs(space, head);
    parts = new ActionDecoder[space.kind == Space.Kind.TUPLE ? space.leaves.length : 0];
    int at = 0;
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new ActionDecoder(space.leaves[i], head, bounds);
      System.arraycopy(parts[i].low, 0, low, at, parts[i].low.length);
      System.arraycopy(parts[i].high, 0, high, at, parts[i].high.length);
      at += parts[i].low.length;
    }
  }

  /** Returns how many outputs of an actor stand for an action. */
  static int outputs(Space space, Head head) {
    if (space.kind == Space.Kind.TUPLE) {
      int sum = 0;
      for (Space leaf : space.leaves) {
        sum += outputs(leaf, head);
      }
      return sum;
    }
    boolean twice = head == Head.STATE_DEPENDENT_GAUSSIAN || head == Head.BETA;
    return space.kind == Space.Kind.BOX && twice ? 2 * space.size : space.oneHotSize();
  }

  /** Returns whether every number of an action is an integer. */
  boolean isDiscrete() {
    return !space.hasBox();
  }

  /**
   * Replaces the outputs of values that are not valid, so that they are not the most probable ones.
   *
   * @param outputs the actor's outputs, {@code [outputs]}; changed
   * @param valid the flags, {@code [maskSize]} from {@code from} on
   * @return whether each choice and each bit has a valid value
   */
  boolean mask(float[] outputs, boolean[] valid, int from) {
    int output = 0;
    int flag = from;
    boolean isUsable = true;
    for (int i = 0; i < Math.max(1, parts.length); i++) {
      ActionDecoder leaf = parts.length == 0 ? this : parts[i];
      isUsable &= leaf.mask(outputs, output, valid, flag);
      output += leaf.outputs;
      flag += leaf.space.maskSize();
    }
    return isUsable;
  }

  private boolean mask(float[] outputs, int output, boolean[] valid, int flag) {
    boolean isUsable = true;
    if (space.kind == Space.Kind.MULTI_BINARY) {
      for (int i = 0; i < space.size; i++) {
        isUsable &= valid[flag + 2 * i] || valid[flag + 2 * i + 1];
        if (!valid[flag + 2 * i]) {
          outputs[output + i] = -INVALID;
        } else if (!valid[flag + 2 * i + 1]) {
          outputs[output + i] = INVALID;
        }
      }
    } else if (space.isChoice()) {
      int at = 0;
      for (int count : space.counts) {
        boolean any = false;
        for (int i = at; i < at + count; i++) {
          any |= valid[flag + i];
          if (!valid[flag + i]) {
            outputs[output + i] = INVALID;
          }
        }
        isUsable &= any;
        at += count;
      }
    }
    return isUsable;
  }

  /**
   * Writes one action.
   *
   * @param outputs the actor's outputs, {@code [outputs]}, all finite
   * @param actions receives the action's numbers from {@code to} on
   */
  void decode(float[] outputs, double[] actions, int to) {
    decode(outputs, 0, actions, to);
  }

  private void decode(float[] outputs, int from, double[] actions, int to) {
    switch (space.kind) {
      case TUPLE -> {
        int output = from;
        int number = to;
        for (ActionDecoder part : parts) {
          part.decode(outputs, output, actions, number);
          output += part.outputs;
          number += part.space.size;
        }
      }
      case BOX -> {
        for (int i = 0; i < space.size; i++) {
          actions[to + i] =
              scales
                  ? scaled(outputs[from + i], outputs[from + space.size + i], i)
                  : number(outputs[from + i], i);
        }
      }
      case MULTI_BINARY -> {
        for (int i = 0; i < space.size; i++) {
          actions[to + i] = outputs[from + i] > 0 ? 1 : 0;
        }
      }
      case DISCRETE, MULTI_DISCRETE -> {
        int at = from;
        for (int i = 0; i < space.size; i++) {
          actions[to + i] = low[i] + largest(outputs, at, space.counts[i]);
          at += space.counts[i];
        }
      }
    }
  }

  /** StrictMath, since what Math.tanh returns differs from JDK to JDK in the last bit. */
  private double number(float output, int i) {
    double action =
        squashes
            ? low[i] + (high[i] - low[i]) * (1 + StrictMath.tanh(output)) / 2
            : output + 0.0; // takes the sign off a negative zero, as the trainer does
    return within(action, i);
  }

  private double within(double action, int i) {
    double value = space.type.isInteger() ? Math.rint(action) + 0.0 : action;
    return Math.min(high[i], Math.max(value, low[i]));
  }

  /** Returns the maximum of the density; the middle if there is none. */
  private double scaled(float alphaOutput, float betaOutput, int i) {
    double a = softplus(alphaOutput);
    double b = softplus(betaOutput);
    float mode = a + b == 0 ? 0.5f : (float) (a / (a + b));
    return within(low[i] + (high[i] - low[i]) * mode, i);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  /** Returns the index of the first of the largest of {@code n} logits. */
  private static int largest(float[] logits, int from, int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
      if (logits[from + i] > logits[from + best]) {
        best = i;
      }
    }
    return best;
  }
}
