package org.ppo4j.policy;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns observations into the network's features: choices one-hot, numbers normalised by frozen
 * statistics and clipped where the policy was trained so. Images of bytes become pixels, which are
 * not features; those of floats are the first features. Immutable.
 */
final class FeatureTransform {
  /** Added to the variance, as the trainer does. */
  private static final double EPSILON = 1e-8;

  private final Space[] leaves;

  /** Where each leaf's features or pixels go, {@code [leaves]}. */
  private final int[] targets;

  /** Which leaves are images of bytes, {@code [leaves]}. */
  private final boolean[] arePixels;

  private final double @Nullable [] mean;

  /** The square root of each variance plus {@link #EPSILON}. */
  private final double[] deviation;

  private final double clip;

  /**
   * Makes the transform.
   *
   * @param images the images among the leaves of the space, in their order
   * @param mean of each feature, {@code [features]}, or null where features are not normalised
   * @param variance of each feature, likewise
   * @param clip the bound of normalised features; may be infinite
   */
  FeatureTransform(
      Space space,
      List<Image> images,
      double @Nullable [] mean,
      double @Nullable [] variance,
      double clip) {
    this.mean = mean;
    this.clip = clip;
    leaves = space.leaves;
    targets = new int[leaves.length];
    arePixels = new boolean[leaves.length];
    place(images);
    deviation = new double[variance == null ? 0 : variance.length];
    for (int i = 0; variance != null && i < variance.length; i++) {
      deviation[i] = Math.sqrt(variance[i] + EPSILON);
    }
  }

  private void place(List<Image> images) {
    boolean[] areImages = new boolean[leaves.length];
    int pixels = 0;
    int features = 0;
    int next = 0;
    for (int i = 0; i < leaves.length; i++) {
      if (next < images.size() && images.get(next).fits(leaves[i])) {
        areImages[i] = true;
        arePixels[i] = images.get(next).bytes();
        targets[i] = arePixels[i] ? pixels : features;
        pixels += arePixels[i] ? leaves[i].size : 0;
        features += arePixels[i] ? 0 : leaves[i].size;
        next++;
      }
    }
    for (int i = 0; i < leaves.length; i++) {
      if (!areImages[i]) {
        targets[i] = features;
        features += leaves[i].oneHotSize();
      }
    }
  }

  /**
   * Writes the features of one observation.
   *
   * @param observations an array with the observation at {@code from}
   * @param out receives the features, {@code [features]}
   * @param pixels receives the images of bytes, each number divided by 255
   * @return the index of the first number that cannot be used, or -1 if there is none
   */
  int apply(double[] observations, int from, float[] out, float[] pixels) {
    int at = 0;
    for (int i = 0; i < leaves.length; i++) {
      Space leaf = leaves[i];
      int bad =
          leaf.isChoice()
              ? oneHot(leaf, observations, from + at, out, targets[i])
              : arePixels[i]
                  ? pixels(leaf.size, observations, from + at, pixels, targets[i])
                  : numbers(leaf, observations, from + at, out, targets[i]);
      if (bad >= 0) {
        return at + bad;
      }
      at += leaf.size;
    }
    return -1;
  }

  private int numbers(Space leaf, double[] observations, int from, float[] out, int to) {
    boolean binary = leaf.kind == Space.Kind.MULTI_BINARY;
    for (int i = 0; i < leaf.size; i++) {
      double value = observations[from + i];
      if (binary && value != 0 && value != 1) {
        return i;
      }
      if (mean != null) {
        double scaled = (value - mean[to + i]) / deviation[to + i];
        value = Math.min(clip, Math.max(scaled, -clip));
      }
      float feature = (float) value;
      if (!(Math.abs(feature) <= Float.MAX_VALUE)) {
        return i;
      }
      out[to + i] = feature;
    }
    return -1;
  }

  private static int pixels(int size, double[] observations, int from, float[] pixels, int to) {
    for (int i = 0; i < size; i++) {
      double value = observations[from + i];
      int pixel = (int) value;
      if (pixel != value || pixel < 0 || pixel > 255) {
        return i;
      }
      pixels[to + i] = pixel / 255f;
    }
    return -1;
  }

  private static int oneHot(Space leaf, double[] observations, int from, float[] out, int to) {
    Arrays.fill(out, to, to + leaf.oneHotSize(), 0);
    int at = to;
    for (int i = 0; i < leaf.size; i++) {
      double value = observations[from + i];
      if (!(value >= leaf.low[i] && value <= leaf.high[i] && value == Math.rint(value))) {
        return i;
      }
      out[at + (int) (value - leaf.low[i])] = 1;
      at += leaf.counts[i];
    }
    return -1;
  }

  /** Returns what a number that cannot be used should have been, as a phrase. */
  String expected(int index) {
    int i = 0;
    int at = index;
    while (at >= leaves[i].size) {
      at -= leaves[i].size;
      i++;
    }
    if (arePixels[i]) {
      return "an integer from 0 to 255";
    }
    if (leaves[i].kind != Space.Kind.BOX) {
      return "an integer from %.0f to %.0f".formatted(leaves[i].low[at], leaves[i].high[at]);
    }
    return mean == null || clip == Double.POSITIVE_INFINITY
        ? "a finite number that fits a float"
        : "a number";
  }
}
