package org.ppo4j.policy;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations into the network's features: choices one-hot, numbers normalised by frozen
 * statistics and clipped where the policy was trained so. Immutable.
 */
final class FeatureTransform {
  /** Added to the variance, as the trainer does. */
  private static final double EPSILON = 1e-8;

  private final Space space;
  private final int features;
  private final double @Nullable [] mean;

  /** The square root of each variance plus {@link #EPSILON}. */
  private final double[] deviation;

  private final double clip;

  /**
   * Makes the transform.
   *
   * @param mean of each feature, {@code [features]}, or null where features are not normalised
   * @param variance of each feature, likewise
   * @param clip the bound of normalised features; may be infinite
   */
  FeatureTransform(
      Space space, double @Nullable [] mean, double @Nullable [] variance, double clip) {
    this.space = space;
    this.mean = mean;
    this.clip = clip;
    features = space.oneHotSize();
    deviation = new double[variance == null ? 0 : features];
    for (int i = 0; variance != null && i < features; i++) {
      deviation[i] = Math.sqrt(variance[i] + EPSILON);
    }
  }

  /**
   * Writes the features of one observation.
   *
   * @param observations an array with the observation at {@code from}
   * @param out receives the features, {@code [features]}
   * @return the index of the first number that cannot be used, or -1 if there is none
   */
  int apply(double[] observations, int from, float[] out) {
    if (space.isChoice()) {
      return oneHot(observations, from, out);
    }
    boolean binary = space.kind == Space.Kind.MULTI_BINARY;
    for (int i = 0; i < features; i++) {
      double value = observations[from + i];
      if (binary && value != 0 && value != 1) {
        return i;
      }
      if (mean != null) {
        value = Math.min(clip, Math.max((value - mean[i]) / deviation[i], -clip));
      }
      float feature = (float) value;
      if (!(Math.abs(feature) <= Float.MAX_VALUE)) {
        return i;
      }
      out[i] = feature;
    }
    return -1;
  }

  /** Returns what a number that cannot be used should have been, as a phrase. */
  String expected(int index) {
    if (space.kind != Space.Kind.BOX) {
      return "an integer from %.0f to %.0f".formatted(space.low[index], space.high[index]);
    }
    return mean == null || clip == Double.POSITIVE_INFINITY
        ? "a finite number that fits a float"
        : "a number";
  }

  private int oneHot(double[] observations, int from, float[] out) {
    Arrays.fill(out, 0, features, 0);
    int at = 0;
    for (int i = 0; i < space.size; i++) {
      double value = observations[from + i];
      if (!(value >= space.low[i] && value <= space.high[i] && value == Math.rint(value))) {
        return i;
      }
      out[at + (int) (value - space.low[i])] = 1;
      at += space.counts[i];
    }
    return -1;
  }
}
