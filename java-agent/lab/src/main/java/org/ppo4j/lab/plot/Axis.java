package org.ppo4j.lab.plot;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A scale from values to pixels, linear or logarithmic.
 *
 * @param low the value at {@code start}
 * @param high the value at {@code end}
 * @param start the pixel of {@code low}
 * @param end the pixel of {@code high}
 * @param logarithmic whether equal ratios have equal lengths; then values are positive
 */
record Axis(double low, double high, double start, double end, boolean logarithmic) {
  private static final int TICKS = 6;

  double pixel(double value) {
    double fraction =
        logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
    return start + fraction * (end - start);
  }

  double[] pixels(double[] values) {
    double[] pixels = new double[values.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = pixel(values[i]);
    }
    return pixels;
  }

  /**
   * Returns the round values to mark: 1, 2 or 5 times a power of ten apart; if logarithmic, all 1,
   * 2 and 5 times a power of ten.
   */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (logarithmic) {
      for (double power = Math.pow(10, Math.floor(Math.log10(low))); power <= high; power *= 10) {
        for (double tick : new double[] {power, 2 * power, 5 * power}) {
          if (tick >= low && tick <= high) {
            ticks.add(tick);
          }
        }
      }
      return ticks;
    }
    double step = step();
    for (double tick = Math.ceil(low / step) * step; tick <= high + 1e-9 * step; tick += step) {
      ticks.add(Math.abs(tick) < 1e-9 * step ? 0 : tick);
    }
    return ticks;
  }

  private double step() {
    double rough = (high - low) / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double fraction = rough / power;
    return power * (fraction <= 1 ? 1 : fraction <= 2 ? 2 : fraction <= 5 ? 5 : 10);
  }

  /** Formats a tick with as few letters as possible. */
  static String label(double tick) {
    double size = Math.abs(tick);
    if (size >= 1e6) {
      return trimmed(tick / 1e6) + "M";
    }
    return size >= 1e3 ? trimmed(tick / 1e3) + "k" : trimmed(tick);
  }

  private static String trimmed(double value) {
    String text = String.format(Locale.ROOT, Math.abs(value) < 0.1 ? "%.7f" : "%.3f", value);
    return text.replaceFirst("\\.?0+$", "");
  }
}
