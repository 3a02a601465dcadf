package org.ppo4j.lab.compare;

import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.TTest;

/**
 * Welch's t-test of two means with unequal variances, two-sided, and Student's intervals. It needs
 * only mean, standard deviation and number of values, so that published tables can be compared.
 */
final class Welch {
  private Welch() {}

  /** Returns whether the test is possible: two values on each side, and not all equal on both. */
  static boolean isPossible(StatisticalSummary a, StatisticalSummary b) {
    return a.getN() >= 2 && b.getN() >= 2 && a.getVariance() + b.getVariance() > 0;
  }

  /** Returns the p-value of a {@link #isPossible possible} test. */
  static double pValue(StatisticalSummary a, StatisticalSummary b) {
    return test(a, b).getPValue();
  }

  /** Returns the difference of the means, a - b, with its interval if the test is possible. */
  static Estimate difference(StatisticalSummary a, StatisticalSummary b) {
    double difference = a.getMean() - b.getMean();
    if (!isPossible(a, b)) {
      return Estimate.alone(difference);
    }
    double half =
        halfInterval(
            a.getVariance() / a.getN() + b.getVariance() / b.getN(),
            test(a, b).getDegreesOfFreedom());
    return new Estimate(difference, difference - half, difference + half);
  }

  /** Returns the mean with Student's interval; without an interval for fewer than two values. */
  static Estimate mean(StatisticalSummary a) {
    if (a.getN() < 2) {
      return Estimate.alone(a.getMean());
    }
    double half = halfInterval(a.getVariance() / a.getN(), a.getN() - 1.0);
    return new Estimate(a.getMean(), a.getMean() - half, a.getMean() + half);
  }

  /**
   * Returns half the length of Student's interval.
   *
   * @param variance the variance of the estimate
   * @param degreesOfFreedom of the t distribution
   */
  static double halfInterval(double variance, double degreesOfFreedom) {
    double tail = (1 - Estimate.CONFIDENCE) / 2;
    return TDistribution.of(degreesOfFreedom).inverseSurvivalProbability(tail)
        * Math.sqrt(variance);
  }

  private static TTest.Result test(StatisticalSummary a, StatisticalSummary b) {
    return TTest.withDefaults()
        .test(a.getMean(), a.getVariance(), a.getN(), b.getMean(), b.getVariance(), b.getN());
  }
}
