package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ratio to a peer, then and now. A ratio became slower if it fell by a tenth or more and no
 * round now reaches the minimum of the rounds then; faster is the opposite. The ratio of a round is
 * that of two programs that ran directly after each other.
 *
 * @param workload the workload's name
 * @param contender the peer; its best setting counts, then and now
 * @param then the ratio of the medians then
 * @param now the ratio of the medians now
 * @param thenRange the range of the rounds' ratios then
 * @param nowRange the range of the rounds' ratios now
 */
record Regression(
    String workload, String contender, double then, double now, Range thenRange, Range nowRange) {

  /** The relative change from which a ratio counts as slower or faster. */
  static final double TOLERANCE = 0.1;

  /** The minimum and the maximum of ratios. */
  record Range(double min, double max) {
    static Range of(double[] values) {
      return new Range(
          Arrays.stream(values).min().orElse(Double.NaN),
          Arrays.stream(values).max().orElse(Double.NaN));
    }
  }

  /** How the ratio changed. */
  enum Verdict {
    SLOWER,
    SAME,
    FASTER
  }

  Verdict verdict() {
    if (now <= then * (1 - TOLERANCE) && nowRange.max() < thenRange.min()) {
      return Verdict.SLOWER;
    }
    return now >= then / (1 - TOLERANCE) && nowRange.min() > thenRange.max()
        ? Verdict.FASTER
        : Verdict.SAME;
  }

  /** Returns the ratios that both results have, in the order of {@code now}. */
  static List<Regression> of(BenchResult then, BenchResult now) {
    List<Regression> all = new ArrayList<>();
    for (WorkloadResult workload : now.workloads()) {
      for (ProgramResult rival : workload.rivals()) {
        before(then, workload, rival.contender())
            .forEach(each -> all.add(each.to(workload, rival)));
      }
    }
    return all;
  }

  private static Stream<Before> before(
      BenchResult then, WorkloadResult workload, String contender) {
    Optional<WorkloadResult> same =
        then.workloads().stream().filter(each -> each.name().equals(workload.name())).findFirst();
    return same.stream()
        .flatMap(
            each ->
                each.rivals().stream()
                    .filter(rival -> rival.contender().equals(contender))
                    .map(rival -> new Before(each, rival)));
  }

  private record Before(WorkloadResult workload, ProgramResult rival) {
    Regression to(WorkloadResult now, ProgramResult nowRival) {
      return new Regression(
          now.name(),
          rival.contender(),
          ratio(rival),
          ratio(nowRival),
          Range.of(workload.ratios(rival)),
          Range.of(now.ratios(nowRival)));
    }
  }

  private static double ratio(ProgramResult rival) {
    Double ratio = rival.ratio();
    return ratio == null ? Double.NaN : ratio;
  }
}
