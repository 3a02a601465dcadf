package org.ppo4j.agent.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.distribution.TDistribution;
import org.ppo4j.agent.compare.plot.CurvePlot.Series;

/**
 * Learning curves: episodic returns averaged in {@value #BINS} bins of equal width for each seed, a
 * bin without an episode filled in linearly from its neighbours; then mean and Student's t interval
 * over the seeds. A curve runs where every seed has one, so that it never changes whom it averages.
 */
final class LearningCurves {
  static final int BINS = 100;

  private LearningCurves() {}

  /** Returns the curve over environment steps; nothing if no seed counts. */
  static Optional<Series> overSteps(Contender.Trained contender) {
    return of(
        contender,
        run -> Arrays.stream(run.episodes().steps()).asDoubleStream().toArray(),
        run -> run.episodes().lastStep(),
        1);
  }

  /** Returns the curve over minutes, up to the first seed's end; nothing if times are not known. */
  static Optional<Series> overMinutes(Contender.Trained contender) {
    if (!contender.counted().stream().allMatch(run -> run.episodes().hasTimes())) {
      return Optional.empty();
    }
    return of(
        contender, run -> run.episodes().seconds(), run -> last(run.episodes().seconds()), 60);
  }

  private static Optional<Series> of(
      Contender.Trained contender,
      Function<SeedRun, double[]> positions,
      ToDoubleFunction<SeedRun> ends,
      double unit) {
    List<SeedRun> runs = contender.counted();
    double end = runs.stream().mapToDouble(ends).min().orElse(0);
    if (!(end > 0)) {
      return Optional.empty();
    }
    double[][] curves =
        runs.stream()
            .map(run -> binned(positions.apply(run), run.episodes().returns(), end))
            .toArray(double[][]::new);
    int from = 0;
    int to = BINS;
    while (from < to && !isKnown(curves, from)) {
      from++;
    }
    while (from < to && !isKnown(curves, to - 1)) {
      to--;
    }
    return from == to
        ? Optional.empty()
        : Optional.of(series(contender.name(), curves, from, to, end / unit / BINS));
  }

  /**
   * Returns the mean return of each bin of {@code [0, end]}, {@code [BINS]}; NaN at unknown ends.
   */
  static double[] binned(double[] positions, double[] returns, double end) {
    double[] sums = new double[BINS];
    int[] counts = new int[BINS];
    for (int i = 0; i < positions.length; i++) {
      if (positions[i] <= end) {
        int bin = Math.clamp((int) (positions[i] / end * BINS), 0, BINS - 1);
        sums[bin] += returns[i];
        counts[bin]++;
      }
    }
    double[] means = new double[BINS];
    int previous = -1;
    for (int bin = 0; bin < BINS; bin++) {
      means[bin] = counts[bin] == 0 ? Double.NaN : sums[bin] / counts[bin];
      if (counts[bin] > 0) {
        for (int gap = previous + 1; previous >= 0 && gap < bin; gap++) {
          double share = (gap - previous) / (double) (bin - previous);
          means[gap] = means[previous] + share * (means[bin] - means[previous]);
        }
        previous = bin;
      }
    }
    return means;
  }

  private static boolean isKnown(double[][] curves, int bin) {
    return Arrays.stream(curves).noneMatch(curve -> Double.isNaN(curve[bin]));
  }

  private static Series series(String name, double[][] curves, int from, int to, double width) {
    int n = to - from;
    double[] x = new double[n];
    double[] mean = new double[n];
    double[] low = new double[n];
    double[] high = new double[n];
    for (int i = 0; i < n; i++) {
      int bin = from + i;
      double[] values = Arrays.stream(curves).mapToDouble(curve -> curve[bin]).toArray();
      double half = halfInterval(values);
      x[i] = (bin + 0.5) * width;
      mean[i] = Sample.mean(values);
      low[i] = mean[i] - half;
      high[i] = mean[i] + half;
    }
    return new Series(name, x, mean, low, high, Double.NaN);
  }

  /**
   * Returns half the length of Student's interval of the mean; NaN of fewer than three, of which it
   * is 9 times their deviation.
   */
  static double halfInterval(double[] values) {
    return values.length < 3
        ? Double.NaN
        : new TDistribution(values.length - 1)
                .inverseCumulativeProbability(1 - (1 - Estimate.CONFIDENCE) / 2)
            * Sample.std(values)
            / Math.sqrt(values.length);
  }

  private static double last(double[] values) {
    return values.length == 0 ? 0 : values[values.length - 1];
  }
}
