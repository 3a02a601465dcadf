package org.ppo4j.app;

/** Formats durations for people. */
final class Durations {
  private Durations() {}

  /** Returns {@code 9 s}, {@code 3 min 05 s} or {@code 2 h 07 min}. */
  static String text(double seconds) {
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    if (whole < 3600) {
      return "%d min %02d s".formatted(whole / 60, whole % 60);
    }
    return "%d h %02d min".formatted(whole / 3600, whole % 3600 / 60);
  }
}
