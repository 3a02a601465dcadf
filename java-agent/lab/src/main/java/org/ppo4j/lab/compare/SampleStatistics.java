package org.ppo4j.lab.compare;

import java.util.Arrays;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/** Statistics of one sample, one number a seed. */
final class SampleStatistics {
  private SampleStatistics() {}

  /** Returns the mean; NaN without values. */
  static double mean(double[] values) {
    return StatUtils.mean(values);
  }

  /**
   * Returns the standard deviation with n - 1 in the denominator; NaN for fewer than two values.
   */
  static double std(double[] values) {
    return values.length < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(values));
  }

  /**
   * Converts a standard deviation with n in the denominator, as in numpy and in CleanRL's tables,
   * to the one with n - 1; NaN for fewer than two values.
   */
  static double stdOfPopulationStd(double populationStd, int n) {
    return n < 2 ? Double.NaN : populationStd * Math.sqrt(n / (n - 1.0));
  }

  /** Returns the median; NaN without values. */
  static double median(double[] values) {
    return quantile(values, 0.5);
  }

  /** Returns a quantile as numpy does, linear between order statistics; NaN without values. */
  static double quantile(double[] values, double fraction) {
    return new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, 100 * fraction);
  }

  /**
   * Returns the interquartile mean: the mean without the lowest and the highest quarter, floor(n /
   * 4) values each (Agarwal et al., 2021, arXiv:2108.13264); NaN without values.
   */
  static double interquartileMean(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int cut = sorted.length / 4;
    return StatUtils.mean(sorted, cut, sorted.length - 2 * cut);
  }
}
