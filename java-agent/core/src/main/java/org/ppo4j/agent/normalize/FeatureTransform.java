package org.ppo4j.agent.normalize;

import org.jspecify.annotations.Nullable;

/** Turns observations into a trained policy's features; immutable. */
public final class FeatureTransform {
  /** Added to the variance, as in Gymnasium's {@code NormalizeObservation}. */
  public static final double EPSILON = 1e-8;

  private final ObservationEncoder encoder;
  private final @Nullable RunningMeanStd statistics;
  private final double clip;
  private double[] encoded = {};

  FeatureTransform(ObservationEncoder encoder, @Nullable RunningMeanStd statistics, double clip) {
    this.encoder = encoder;
    this.statistics = statistics;
    this.clip = clip;
  }

  /** Returns F, the number of features. */
  public int features() {
    return encoder.features();
  }

  /** Returns the mean and variance of each feature, or null if features are not normalised. */
  public @Nullable RunningMeanStd statistics() {
    return statistics;
  }

  /** Returns the bound of normalised features. */
  public double clip() {
    return clip;
  }

  /** Writes the features of {@code observations [rows, O]} to {@code out [rows, F]}. */
  public void apply(double[] observations, int rows, float[] out) {
    apply(observations, rows, out, features());
  }

  /** As above, to the first F of each row's {@code stride} numbers, {@code [rows, stride]}. */
  public void apply(double[] observations, int rows, float[] out, int stride) {
    if (encoded.length < rows * features()) {
      encoded = new double[rows * features()];
    }
    encoder.encode(observations, rows, encoded);
    for (int row = 0; row < rows; row++) {
      write(statistics, clip, encoded, row, features(), out, stride);
    }
  }

  /**
   * Writes row {@code row} of {@code encoded}, normalised and clipped, to the same row of {@code
   * out}, whose rows have {@code stride} numbers.
   */
  static void write(
      @Nullable RunningMeanStd statistics,
      double clip,
      double[] encoded,
      int row,
      int features,
      float[] out,
      int stride) {
    int at = row * features;
    int to = row * stride;
    for (int i = 0; i < features; i++) {
      double value = encoded[at + i];
      if (statistics != null) {
        double centred = value - statistics.mean(i);
        value = Math.clamp(centred / Math.sqrt(statistics.variance(i) + EPSILON), -clip, clip);
      }
      out[to + i] = (float) value;
    }
  }
}
