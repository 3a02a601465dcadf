package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.StatisticalSummary;

/**
 * The comparison of two contenders by one protocol.
 *
 * @param ours the contender that is compared
 * @param theirs the contender it is compared with
 * @param ourSeeds the number of our seeds that count
 * @param theirSeeds the number of their seeds that count
 * @param difference the difference of the means, ours - theirs, with Welch's interval
 * @param welch the p-value of Welch's t-test; NaN if it is not possible
 * @param mannWhitney the p-value of the Mann-Whitney test; NaN if it is not possible
 * @param improvement the probability that one of our seeds is better than one of theirs; NaN if the
 *     seeds are not known
 * @param differences how the trainings differ, in clauses
 */
record Comparison(
    Contender ours,
    Contender theirs,
    int ourSeeds,
    int theirSeeds,
    Estimate difference,
    double welch,
    double mannWhitney,
    Estimate improvement,
    List<String> differences) {
  private static final double STEPS_ALIKE = 0.02;

  static Comparison of(Contender.Trained ours, Contender theirs, Protocol protocol) {
    StatisticalSummary a = ours.summary(protocol);
    StatisticalSummary b = theirs.summary(protocol);
    double welch = Welch.isPossible(a, b) ? Welch.pValue(a, b) : Double.NaN;
    double mannWhitney = Double.NaN;
    Estimate improvement = Estimate.alone(Double.NaN);
    if (theirs instanceof Contender.Trained trained && a.getN() > 0 && b.getN() > 0) {
      double[] x = ours.values(protocol);
      double[] y = trained.values(protocol);
      mannWhitney = MannWhitney.pValue(x, y);
      improvement = Bootstrap.of(x, y, MannWhitney::probabilityOfImprovement);
    }
    return new Comparison(
        ours,
        theirs,
        (int) a.getN(),
        (int) b.getN(),
        Welch.difference(a, b),
        welch,
        mannWhitney,
        improvement,
        differences(ours, theirs));
  }

  /** Returns the finding as a sentence that claims no more than the seeds allow. */
  String verdict() {
    return Verdict.of(this);
  }

  private static List<String> differences(Contender ours, Contender theirs) {
    List<String> differences = new ArrayList<>();
    if (!ours.env().equals(theirs.env())) {
      differences.add("%s is compared with %s".formatted(ours.env(), theirs.env()));
    }
    String ourMujoco = ours.version("mujoco");
    String theirMujoco = theirs.version("mujoco");
    if (!ourMujoco.isEmpty() && !theirMujoco.isEmpty() && !ourMujoco.equals(theirMujoco)) {
      differences.add("MuJoCo %s is compared with %s".formatted(ourMujoco, theirMujoco));
    }
    long longer = Math.max(ours.steps(), theirs.steps());
    if (ours.steps() > 0
        && theirs.steps() > 0
        && Math.abs(ours.steps() - theirs.steps()) > STEPS_ALIKE * longer) {
      differences.add("%,d steps are compared with %,d".formatted(ours.steps(), theirs.steps()));
    }
    return differences;
  }
}
