package org.ppo4j.lab.bench;

import java.util.Locale;

/** Figures as reports write them. */
final class Figures {
  private Figures() {}

  /** Returns a number of three digits, or all digits before the point. */
  static String text(double value) {
    String format = value >= 100 ? "%,.0f" : value >= 10 ? "%.1f" : value >= 1 ? "%.2f" : "%.3g";
    return String.format(Locale.ROOT, format, value);
  }

  /** Returns a figure, with a sign where it is a bound. */
  static String text(Figure figure) {
    return (figure.bound() ? "≥ " : "") + text(figure.value());
  }
}
