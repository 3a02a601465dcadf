package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The ratio to a peer, before and now. A ratio has become slower if it fell by a tenth or more and
 * no round of now reaches the least round of then; and faster the other way round. A round's ratio
 * is that of two programs which ran right after each other.
 *
 * @param work the work's name
 * @param contender the peer; its better setting counts, then and now
 * @param then the ratio of the medians then
 * @param now the ratio of the medians now
 * @param thenRange the rounds' least and greatest ratio then
 * @param nowRange the rounds' least and greatest ratio now
 */
record Regression(
    String work, String contender, double then, double now, Range thenRange, Range nowRange) {

  /** The change of a ratio by which something is slower or faster. */
  static final double TOLERANCE = 0.1;

  /** The least and the greatest of some ratios. */
  record Range(double min, double max) {
    static Range of(double[] values) {
      return new Range(
          Arrays.stream(values).min().orElse(Double.NaN),
          Arrays.stream(values).max().orElse(Double.NaN));
    }
  }

  /** How the ratio has changed. */
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

  /** Returns what both have measured, in the order of {@code now}. */
  static List<Regression> of(BenchResult then, BenchResult now) {
    List<Regression> all = new ArrayList<>();
    for (WorkResult work : now.works()) {
      for (ProgramResult rival : work.rivals()) {
        before(then, work, rival.contender()).forEach(each -> all.add(each.to(work, rival)));
      }
    }
    return all;
  }

  private static Stream<Before> before(BenchResult then, WorkResult work, String contender) {
    Optional<WorkResult> same =
        then.works().stream().filter(each -> each.name().equals(work.name())).findFirst();
    return same.stream()
        .flatMap(
            each ->
                each.rivals().stream()
                    .filter(rival -> rival.contender().equals(contender))
                    .map(rival -> new Before(each, rival)));
  }

  private record Before(WorkResult work, ProgramResult rival) {
    Regression to(WorkResult now, ProgramResult nowRival) {
      return new Regression(
          now.name(),
          rival.contender(),
          ratio(rival),
          ratio(nowRival),
          Range.of(work.ratios(rival)),
          Range.of(now.ratios(nowRival)));
    }
  }

  private static double ratio(ProgramResult rival) {
    Double ratio = rival.ratio();
    return ratio == null ? Double.NaN : ratio;
  }
}
