package org.ppo4j.lab.compare;

import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Percentile intervals by stratified bootstrap: seeds are drawn with replacement within each group,
 * and the statistic is computed of each draw (Agarwal et al., 2021, arXiv:2108.13264). The draws
 * are seeded: the same returns give the same interval.
 *
 * <p>For very few seeds such an interval is too narrow, because no value outside the range of the
 * sample can be drawn; fewer than {@value #FEWEST} seeds get none.
 */
final class Bootstrap {
  static final int FEWEST = 5;
  private static final int DRAWS = 10_000;
  private static final long SEED = 20_211_020; // arbitrary; fixed so that reports can be repeated

  private Bootstrap() {}

  /** Returns {@code statistic} of {@code group}; without an interval if the group is too small. */
  static Estimate of(double[] group, ToDoubleFunction<double[]> statistic) {
    double value = statistic.applyAsDouble(group);
    if (group.length < FEWEST) {
      return Estimate.alone(value);
    }
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    double[] draw = new double[group.length];
    double[] results = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      draw(group, random, draw);
      results[i] = statistic.applyAsDouble(draw);
    }
    return estimate(value, results);
  }

  /**
   * Returns {@code statistic} of two groups; without an interval if one is too small, or if every
   * draw gives the same value: that two samples do not overlap does not show that others would not.
   */
  static Estimate of(double[] a, double[] b, ToDoubleBiFunction<double[], double[]> statistic) {
    double value = statistic.applyAsDouble(a, b);
    if (a.length < FEWEST || b.length < FEWEST) {
      return Estimate.alone(value);
    }
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(SEED);
    double[] drawA = new double[a.length];
    double[] drawB = new double[b.length];
    double[] results = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      draw(a, random, drawA);
      draw(b, random, drawB);
      results[i] = statistic.applyAsDouble(drawA, drawB);
    }
    Estimate estimate = estimate(value, results);
    return estimate.low() == estimate.high() ? Estimate.alone(value) : estimate;
  }

  private static void draw(double[] group, UniformRandomProvider random, double[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = group[random.nextInt(group.length)];
    }
  }

  private static Estimate estimate(double value, double[] results) {
    double tail = (1 - Estimate.CONFIDENCE) / 2;
    return new Estimate(
        value,
        SampleStatistics.quantile(results, tail),
        SampleStatistics.quantile(results, 1 - tail));
  }
}
