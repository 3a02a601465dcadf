package org.ppo4j.lab.compare;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ppo4j.lab.plot.CurvePlot.Series;

/**
 * Learning curves: the episodic returns of each seed averaged in {@value #BINS} bins of equal
 * width, with bins without an episode interpolated linearly from their neighbours; then the mean
 * and Student's t interval over the seeds. A curve covers the steps that every seed covers, so that
 * all its points average the same seeds.
 *
 * <p>The curve over time has the same points, each at the mean time at which the seeds reached that
 * step: all seeds have the same number of steps, but not the same duration.
 */
public final class LearningCurves {
  static final int BINS = 100;

  /**
   * Values of one seed.
   *
   * @param x where they are, ascending, {@code [P]}
   * @param y the values, {@code [P]}
   */
  public record Points(double[] x, double[] y) {
    double end() {
      return x.length == 0 ? 0 : x[x.length - 1];
    }
  }

  private LearningCurves() {}

  /**
   * Returns the curve of seeds' values, up to the least of their ends; empty if a seed has none.
   *
   * @param name its name
   * @param colour the index of its colour
   */
  public static Optional<Series> over(String name, int colour, List<Points> seeds) {
    double end = seeds.stream().mapToDouble(Points::end).min().orElse(0);
    if (!(end > 0)) {
      return Optional.empty();
    }
    double[][] curves =
        seeds.stream().map(seed -> binned(seed.x, seed.y, end)).toArray(double[][]::new);
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
        : Optional.of(series(name, colour, curves, from, to, end / BINS));
  }

  /** Returns the curve over environment steps; empty if no seed counts. */
  static Optional<Series> overSteps(Contender.Trained contender, int colour) {
    return over(
        contender.name(),
        colour,
        contender.counted().stream()
            .map(run -> new Points(steps(run.episodes()), run.episodes().returns()))
            .toList());
  }

  private static double[] steps(Episodes episodes) {
    return Arrays.stream(episodes.steps()).asDoubleStream().toArray();
  }

  /** Returns the curve over minutes; empty if no seed's files contain times. */
  static Optional<Series> overMinutes(Contender.Trained contender, int colour) {
    List<Episodes> timed =
        contender.counted().stream().map(SeedRun::episodes).filter(Episodes::hasTimes).toList();
    if (timed.isEmpty()) {
      return Optional.empty();
    }
    return overSteps(contender, colour)
        .map(
            curve -> {
              double[] minutes = new double[curve.x().length];
              for (int i = 0; i < minutes.length; i++) {
                double step = curve.x()[i];
                minutes[i] =
                    timed.stream().mapToDouble(each -> secondsAt(each, step)).sum()
                        / (60 * timed.size());
              }
              return curve.at(minutes);
            });
  }

  /** Returns when a training reached a step, interpolated between the ends of episodes. */
  static double secondsAt(Episodes episodes, double step) {
    long stepBefore = 0;
    double secondsBefore = 0;
    for (int i = 0; i < episodes.count(); i++) {
      long at = episodes.steps()[i];
      if (at >= step && at > stepBefore) {
        double share = (step - stepBefore) / (at - stepBefore);
        return secondsBefore + share * (episodes.seconds()[i] - secondsBefore);
      }
      stepBefore = at;
      secondsBefore = episodes.seconds()[i];
    }
    return secondsBefore;
  }

  /**
   * Returns the mean return of each bin of the steps {@code [0, end]}, {@code [BINS]}; NaN at
   * unknown ends.
   */
  static double[] binned(Episodes episodes, double end) {
    return binned(steps(episodes), episodes.returns(), end);
  }

  private static double[] binned(double[] x, double[] y, double end) {
    double[] sums = new double[BINS];
    int[] counts = new int[BINS];
    for (int i = 0; i < x.length; i++) {
      if (x[i] <= end) {
        int bin = Math.min((int) (x[i] / end * BINS), BINS - 1);
        sums[bin] += y[i];
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

  private static Series series(
      String name, int colour, double[][] curves, int from, int to, double width) {
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
      mean[i] = SampleStatistics.mean(values);
      low[i] = mean[i] - half;
      high[i] = mean[i] + half;
    }
    return new Series(name, colour, x, mean, low, high, Double.NaN);
  }

  /**
   * Returns half the length of Student's interval of the mean; NaN for fewer than three values,
   * because for two it is 9 times their standard deviation.
   */
  static double halfInterval(double[] values) {
    double std = SampleStatistics.std(values);
    return values.length < 3
        ? Double.NaN
        : Welch.halfInterval(std * std / values.length, values.length - 1.0);
  }
}
