package org.ppo4j.lab.compare;

/**
 * A number and a 95% interval around it.
 *
 * @param value the number
 * @param low the interval's lower end; NaN without an interval
 * @param high its upper end; NaN without an interval
 */
record Estimate(double value, double low, double high) {
  /** The confidence level of all intervals. */
  static final double CONFIDENCE = 0.95;

  /** Returns a number without an interval. */
  static Estimate alone(double value) {
    return new Estimate(value, Double.NaN, Double.NaN);
  }

  boolean hasInterval() {
    return !Double.isNaN(low) && !Double.isNaN(high);
  }
}
