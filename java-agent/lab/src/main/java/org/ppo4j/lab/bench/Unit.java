package org.ppo4j.lab.bench;

/** What a work's figures are. */
public enum Unit {
  STEPS_PER_SECOND("steps/s", true),
  SECONDS("s", false),
  MILLISECONDS("ms", false);

  private final String symbol;
  private final boolean rate;

  Unit(String symbol, boolean rate) {
    this.symbol = symbol;
    this.rate = rate;
  }

  String symbol() {
    return symbol;
  }

  /** Returns how many times faster a program of figure {@code ours} is than one of the other. */
  double ratio(double ours, double theirs) {
    return rate ? ours / theirs : theirs / ours;
  }
}
