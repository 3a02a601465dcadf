package org.ppo4j.lab.bench;

import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.jspecify.annotations.Nullable;
import org.ppo4j.lab.bench.Workload.Unit;

/**
 * The measurements of one program in {@code bench.json}.
 *
 * @param contender the implementation
 * @param setting the setting; empty if there is only one
 * @param samples a value for each round; fewer if the program failed
 * @param bounds the number of samples that are lower bounds, because the program gave up
 * @param median the median of the samples; null if there are none
 * @param min the smallest sample; null if there are none
 * @param max the largest sample; null if there are none
 * @param ratio how many times faster ppo4j is, by the medians; null if one of them is missing
 * @param failure a clause that says why the program failed; null if it did not
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

  /** Returns the result of these measurements, without a ratio. */
  static ProgramResult of(
      String contender, String setting, List<Measurement> measurements, @Nullable String failure) {
    List<Double> samples = measurements.stream().map(Measurement::value).toList();
    double[] values = samples.stream().mapToDouble(Double::doubleValue).toArray();
    boolean none = values.length == 0;
    return new ProgramResult(
        contender,
        setting,
        samples,
        (int) measurements.stream().filter(Measurement::bound).count(),
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
