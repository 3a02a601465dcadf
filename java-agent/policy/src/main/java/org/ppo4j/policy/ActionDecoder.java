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

  private final Space space;
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
  }

  /** Returns how many outputs of an actor stand for an action. */
  static int outputs(Space space, Head head) {
    boolean twice = head == Head.STATE_DEPENDENT_GAUSSIAN || head == Head.BETA;
    return space.kind == Space.Kind.BOX && twice ? 2 * space.size : space.oneHotSize();
  }

  /** Returns whether every number of an action is an integer. */
  boolean isDiscrete() {
    return space.kind != Space.Kind.BOX;
  }

  /**
   * Writes one action.
   *
   * @param outputs the actor's outputs, {@code [outputs]}, all finite
   * @param actions receives the action's numbers from {@code to} on
   */
  void decode(float[] outputs, double[] actions, int to) {
    switch (space.kind) {
      case BOX -> {
        for (int i = 0; i < space.size; i++) {
          actions[to + i] =
              scales ? scaled(outputs[i], outputs[space.size + i], i) : number(outputs[i], i);
        }
      }
      case MULTI_BINARY -> {
        for (int i = 0; i < space.size; i++) {
          actions[to + i] = outputs[i] > 0 ? 1 : 0;
        }
      }
      case DISCRETE, MULTI_DISCRETE -> {
        int at = 0;
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
