package org.ppo4j.lab.compare;

import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;
import org.apache.commons.math3.stat.inference.TTest;

/**
 * Welch's t-test of two means whose variances may differ, two-sided. It needs no more than mean,
 * standard deviation and number of values, so that published tables can take part.
 */
final class Welch {
  private Welch() {}

  /** Whether the test can be done: two values on each side, and not all equal on both. */
  static boolean isPossible(StatisticalSummary a, StatisticalSummary b) {
    return a.getN() >= 2 && b.getN() >= 2 && a.getVariance() + b.getVariance() > 0;
  }

  /** Returns the p-value of {@link #isPossible possible} tests. */
  static double pValue(StatisticalSummary a, StatisticalSummary b) {
    return new TTest().tTest(a, b);
  }

  /** Returns the difference of the means, a - b, with its interval where that is possible. */
  static Estimate difference(StatisticalSummary a, StatisticalSummary b) {
    double difference = a.getMean() - b.getMean();
    if (!isPossible(a, b)) {
      return Estimate.alone(difference);
    }
    double partA = a.getVariance() / a.getN();
    double partB = b.getVariance() / b.getN();
    double variance = partA + partB;
    double freedom =
        variance * variance / (partA * partA / (a.getN() - 1) + partB * partB / (b.getN() - 1));
    double half =
        Math.sqrt(variance)
            * new TDistribution(freedom)
                .inverseCumulativeProbability(1 - (1 - Estimate.CONFIDENCE) / 2);
    return new Estimate(difference, difference - half, difference + half);
  }

  /** Returns the mean with Student's interval; without one for fewer than two values. */
  static Estimate mean(StatisticalSummary a) {
    if (a.getN() < 2) {
      return Estimate.alone(a.getMean());
    }
    double half =
        new TDistribution(a.getN() - 1)
                .inverseCumulativeProbability(1 - (1 - Estimate.CONFIDENCE) / 2)
            * Math.sqrt(a.getVariance() / a.getN());
    return new Estimate(a.getMean(), a.getMean() - half, a.getMean() + half);
  }
}
