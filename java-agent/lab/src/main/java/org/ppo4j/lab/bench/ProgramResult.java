package org.ppo4j.lab.bench;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one program in {@code bench.json}.
 *
 * @param contender who did the work
 * @param setting how; empty where there is one way only
 * @param samples a figure for each round; fewer where the program failed
 * @param bounds how many of the samples are times after which it gave up
 * @param median of the samples, null without any; the least it can be where there are bounds
 * @param min the least sample
 * @param max the greatest sample
 * @param ratio how many times faster ppo4j is, by the medians; null where one of them is missing
 * @param failure why the program gave no more samples, a clause; null if it did not fail
 */
public record ProgramResult(
    String contender,
    String setting,
    List<Double> samples,
    int bounds,
    @Nullable Double median,
    @Nullable Double min,
    @Nullable Double max,
    @Nullable Double ratio,
    @Nullable String failure) {

  public ProgramResult {
    samples = List.copyOf(samples);
  }

  /** Returns the result of some figures, without a ratio. */
  static ProgramResult of(
      String contender, String setting, List<Figure> figures, @Nullable String failure) {
    List<Double> samples = figures.stream().map(Figure::value).toList();
    double[] values = samples.stream().mapToDouble(Double::doubleValue).toArray();
    boolean none = values.length == 0;
    return new ProgramResult(
        contender,
        setting,
        samples,
        (int) figures.stream().filter(Figure::bound).count(),
        none ? null : StatUtils.percentile(values, 50),
        none ? null : StatUtils.min(values),
        none ? null : StatUtils.max(values),
        null,
        failure);
  }

  /** Returns this with the ratio to {@code ours}. */
  ProgramResult against(ProgramResult ours, Unit unit) {
    Double ourMedian = ours.median;
    Double ratio = ourMedian == null || median == null ? null : unit.ratio(ourMedian, median);
    return new ProgramResult(contender, setting, samples, bounds, median, min, max, ratio, failure);
  }

  String name() {
    return setting.isEmpty() ? contender : contender + ", " + setting;
  }
}
