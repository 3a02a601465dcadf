package org.ppo4j.lab.compare;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * The two-sided Mann-Whitney U test, exact for up to {@value #EXACT_UP_TO} values: ranks of both
 * groups together, equal values sharing theirs, and of all ways to deal them out again the fraction
 * that is at least as one-sided. Beyond that the normal approximation, corrected for ties and
 * continuity.
 *
 * <p>Not Commons Math's {@code MannWhitneyUTest}, which approximates always: for three seeds
 * against three its p-value is half of the true one.
 */
final class MannWhitney {
  static final int EXACT_UP_TO = 50;

  private MannWhitney() {}

  /** Returns the number of pairs in which a is greater than b, an equal pair counted as half. */
  static double u(double[] a, double[] b) {
    double u = 0;
    for (double x : a) {
      for (double y : b) {
        u += x > y ? 1 : x == y ? 0.5 : 0;
      }
    }
    return u;
  }

  /** Returns the probability that a value of a is greater than one of b, with half of the ties. */
  static double probabilityOfImprovement(double[] a, double[] b) {
    return u(a, b) / ((double) a.length * b.length);
  }

  /** Returns the p-value; both groups must have values. */
  static double pValue(double[] a, double[] b) {
    double[] ranks = ranks(a, b);
    return ranks.length <= EXACT_UP_TO ? exact(ranks, a.length) : approximate(ranks, a.length);
  }

  /** Returns the least p-value that groups of these sizes can give, without ties. */
  static double leastPValue(int sizeA, int sizeB) {
    return Math.min(1, 2 / CombinatoricsUtils.binomialCoefficientDouble(sizeA + sizeB, sizeA));
  }

  private static double[] ranks(double[] a, double[] b) {
    double[] all = new double[a.length + b.length];
    System.arraycopy(a, 0, all, 0, a.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(all);
  }

  /** Counts the subsets of {@code size} ranks by their sum; twice a rank is a whole number. */
  private static double exact(double[] ranks, int size) {
    int n = ranks.length;
    int most = n * (n + 1); // twice the sum of all ranks
    double[][] counts = new double[size + 1][most + 1]; // [chosen, twice their sum]
    counts[0][0] = 1;
    int observed = 0;
    for (int i = 0; i < n; i++) {
      int twice = (int) Math.round(2 * ranks[i]);
      observed += i < size ? twice : 0;
      for (int chosen = Math.min(size, i + 1); chosen >= 1; chosen--) {
        for (int sum = most; sum >= twice; sum--) {
          counts[chosen][sum] += counts[chosen - 1][sum - twice];
        }
      }
    }
    int expected = size * (n + 1); // of twice the sum
    int distance = Math.abs(observed - expected);
    double extreme = 0;
    double all = 0;
    for (int sum = 0; sum <= most; sum++) {
      all += counts[size][sum];
      extreme += Math.abs(sum - expected) >= distance ? counts[size][sum] : 0;
    }
    return extreme / all;
  }

  private static double approximate(double[] ranks, int size) {
    double n = ranks.length;
    double other = n - size;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < ranks.length; i++) {
      sum += i < size ? ranks[i] : 0;
      squares += (ranks[i] - (n + 1) / 2) * (ranks[i] - (n + 1) / 2);
    }
    double variance = size * other * squares / (n * (n - 1)); // of the sum, ties included
    if (variance == 0) {
      return 1;
    }
    double distance = Math.abs(sum - size * (n + 1) / 2);
    double z = Math.max(0, distance - 0.5) / Math.sqrt(variance);
    return Math.min(1, 2 * new NormalDistribution().cumulativeProbability(-z));
  }
}
