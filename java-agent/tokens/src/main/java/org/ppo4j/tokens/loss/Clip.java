package org.ppo4j.tokens.loss;

/** The clipped surrogate of one ratio, and its derivative. */
final class Clip {
  private final double low;
  private final double high;
  private final double cap;

  /** The loss that {@link #at} computed. */
  double loss;

  /** The derivative of the loss for the ratio. */
  double slope;

  /** Whether the clipped branch counted. */
  boolean clipped;

  /**
   * Sets the bounds.
   *
   * @param cap the bound of the ratio in the other branch, TRL's {@code delta}; infinite for none
   */
  Clip(double epsilonLow, double epsilonHigh, double cap) {
    low = 1 - epsilonLow;
    high = 1 + epsilonHigh;
    this.cap = cap;
  }

  /** Computes {@code -min(min(r, cap) A, clip(r) A)}; of two equal branches each counts half. */
  void at(double ratio, double advantage) {
    double plain = Math.min(ratio, cap) * advantage;
    double bounded = Math.clamp(ratio, low, high) * advantage;
    double plainSlope = ratio <= cap ? advantage : 0;
    double boundedSlope = ratio >= low && ratio <= high ? advantage : 0;
    clipped = bounded < plain;
    loss = -Math.min(plain, bounded);
    if (plain == bounded) {
      slope = -(plainSlope + boundedSlope) / 2;
    } else {
      slope = clipped ? -boundedSlope : -plainSlope;
    }
  }
}
