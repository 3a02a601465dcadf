package org.ppo4j.lab.tune;

import java.util.Arrays;

/**
 * The figure that trials are ranked by: the mean over seeds minus one standard deviation (of a
 * sample, with n - 1).
 *
 * <p>It is pessimistic, so that a trial does not win by one lucky seed. Of one seed it is the
 * seed's own figure; of two it is 0.21 of their distance below the worse.
 */
public final class Ranking {
  /** What a figure is, for reports and presets. */
  public static final String PROTOCOL =
      "mean return of the last 100 training episodes of each seed; the mean over seeds minus one"
          + " standard deviation";

  private Ranking() {}

  /**
   * Returns the figure of a trial.
   *
   * @param seeds the figure of each seed, at least one
   */
  public static double figure(double... seeds) {
    double mean = Arrays.stream(seeds).average().orElseThrow();
    if (seeds.length == 1) {
      return mean;
    }
    double squares = Arrays.stream(seeds).map(each -> (each - mean) * (each - mean)).sum();
    return mean - Math.sqrt(squares / (seeds.length - 1));
  }
}
