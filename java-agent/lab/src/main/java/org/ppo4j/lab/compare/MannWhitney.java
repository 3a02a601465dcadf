package org.ppo4j.lab.compare;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * The two-sided Mann-Whitney U test. For up to {@value #EXACT_UP_TO} values it is exact: the values
 * of both groups are ranked together, with average ranks for ties, and the p-value is the fraction
 * of all assignments of the ranks to the groups that are at least as extreme. For more values it is
 * the normal approximation, corrected for ties and continuity.
 *
 * <p>The test of commons-statistics 1.2 silently uses the normal approximation if there are ties,
 * even if the exact method is requested (0.2419 where all permutations give 0.2571), and ties are
 * usual here: solved seeds all return 500. See docs/decisions/0061-mann-whitney-by-hand.md.
 */
final class MannWhitney {
  static final int EXACT_UP_TO = 50;

  private MannWhitney() {}

  /** Returns the number of pairs in which a is greater than b; a tie counts as half. */
  static double u(double[] a, double[] b) {
    double u = 0;
    for (double x : a) {
      for (double y : b) {
        u += x > y ? 1 : x == y ? 0.5 : 0;
      }
    }
    return u;
  }

  /** Returns the probability that a value of a is greater than one of b; a tie counts as half. */
  static double probabilityOfImprovement(double[] a, double[] b) {
    return u(a, b) / ((double) a.length * b.length);
  }

  /** Returns the p-value; both groups must have values. */
  static double pValue(double[] a, double[] b) {
    double[] ranks = ranks(a, b);
    return ranks.length <= EXACT_UP_TO ? exact(ranks, a.length) : approximate(ranks, a.length);
  }

  /** Returns the smallest p-value that groups of these sizes can give without ties. */
  static double smallestPValue(int sizeA, int sizeB) {
    return Math.min(1, 2 / CombinatoricsUtils.binomialCoefficientDouble(sizeA + sizeB, sizeA));
  }

  private static double[] ranks(double[] a, double[] b) {
    double[] all = new double[a.length + b.length];
    System.arraycopy(a, 0, all, 0, a.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(all);
  }

  /** Counts the subsets of {@code size} ranks by twice their sum, which is an integer. */
  private static double exact(double[] ranks, int size) {
    int n = ranks.length;
    int max = n * (n + 1); // twice the sum of all ranks
    double[][] counts = new double[size + 1][max + 1]; // [chosen, twice their sum]
    counts[0][0] = 1;
    int observed = 0;
    for (int i = 0; i < n; i++) {
      int twice = (int) Math.round(2 * ranks[i]);
      observed += i < size ? twice : 0;
      for (int chosen = Math.min(size, i + 1); chosen >= 1; chosen--) {
        for (int sum = max; sum >= twice; sum--) {
          counts[chosen][sum] += counts[chosen - 1][sum - twice];
        }
      }
    }
    int expected = size * (n + 1); // of twice the sum
    int distance = Math.abs(observed - expected);
    double extreme = 0;
    double all = 0;
    for (int sum = 0; sum <= max; sum++) {
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
