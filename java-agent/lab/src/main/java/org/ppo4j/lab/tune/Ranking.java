package org.ppo4j.lab.tune;

import java.util.Arrays;

/**
 * The figure that trials are ranked by: the mean of the worse half of the seeds, so of one or two
 * seeds the worst, of three or four the two worst.
 *
 * <p>It is pessimistic, so that a trial does not win by one lucky seed, and a seed that becomes
 * better never makes it lower, as a standard deviation that is subtracted does.
 */
public final class Ranking {
  /** What a figure is, for reports and presets. */
  public static final String PROTOCOL =
      "mean return of the last 100 training episodes of each seed; the mean of the worse half of"
          + " the seeds";

  private Ranking() {}

  /**
   * Returns the figure of a trial.
   *
   * @param seeds the figure of each seed, at least one
   */
  public static double figure(double... seeds) {
    return Arrays.stream(seeds).sorted().limit((seeds.length + 1) / 2).average().orElseThrow();
  }
}
