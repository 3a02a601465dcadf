package org.ppo4j.lab.compare;

import java.util.Locale;

/** Formats numbers for reports. */
final class Formats {
  private static final String NONE = "-";

  private Formats() {}

  /** Formats a return with two decimals, from a hundred with one; a dash for NaN. */
  static String text(double value) {
    if (Double.isNaN(value)) {
      return NONE;
    }
    return String.format(Locale.ROOT, Math.abs(value) < 100 ? "%.2f" : "%,.1f", value);
  }

  /** Formats an interval as {@code [low, high]}; a dash if there is none. */
  static String interval(Estimate estimate) {
    return estimate.hasInterval()
        ? "[%s, %s]".formatted(text(estimate.low()), text(estimate.high()))
        : NONE;
  }

  /** Formats a number with its interval, if it has one. */
  static String text(Estimate estimate) {
    return estimate.hasInterval()
        ? text(estimate.value()) + " " + interval(estimate)
        : text(estimate.value());
  }

  /** Formats a p-value as {@code p = 0.041} or {@code p < 0.001}. */
  static String p(double value) {
    return value < 0.001 ? "p < 0.001" : String.format(Locale.ROOT, "p = %.3f", value);
  }

  /** Formats a number of steps as {@code 1M}, {@code 500k} or all digits. */
  static String steps(long steps) {
    if (steps >= 1_000_000 && steps % 100_000 == 0) {
      return steps % 1_000_000 == 0
          ? "%dM".formatted(steps / 1_000_000)
          : String.format(Locale.ROOT, "%.1fM", steps / 1e6);
    }
    return steps >= 1000 && steps % 1000 == 0
        ? "%dk".formatted(steps / 1000)
        : String.format(Locale.ROOT, "%,d", steps);
  }
}
