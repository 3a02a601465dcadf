package org.ppo4j.lab.compare;

import java.util.ArrayList;
import java.util.List;

/**
 * Formats a comparison as a sentence. It claims a difference if Welch's t-test and the Mann-Whitney
 * test both find one at the 5% level, and never claims equality.
 *
 * <p>Fewer than {@value #FEW} seeds give no ranking: CleanRL's own tables have 1,443 and 2,906 for
 * HalfCheetah-v4, with three seeds each.
 */
final class Verdict {
  static final double LEVEL = 0.05;
  static final int FEW = 5;

  private Verdict() {}

  static String of(Comparison c) {
    return finding(c) + caveat(c) + ".";
  }

  private static String finding(Comparison c) {
    if (c.ourSeeds() == 0 || c.theirSeeds() == 0) {
      return "Nothing can be said: %s has no seed that counts"
          .formatted(c.ourSeeds() == 0 ? c.ours().name() : c.theirs().name());
    }
    String seeds = "With %d and %d seeds%s, ".formatted(c.ourSeeds(), c.theirSeeds(), missing(c));
    if (c.ourSeeds() < 2 || c.theirSeeds() < 2) {
      return seeds + "nothing can be said about a difference, because one seed shows no spread";
    }
    if (Double.isNaN(c.welch())) {
      return seeds
          + "no test is possible, because neither side shows any spread; the means differ by "
          + Formats.text(c.difference().value());
    }
    return seeds + tested(c);
  }

  private static String tested(Comparison c) {
    boolean few = Math.min(c.ourSeeds(), c.theirSeeds()) < FEW;
    boolean welch = c.welch() < LEVEL;
    boolean seedsKnown = !Double.isNaN(c.mannWhitney());
    boolean ranks = seedsKnown && c.mannWhitney() < LEVEL;
    if (seedsKnown && MannWhitney.smallestPValue(c.ourSeeds(), c.theirSeeds()) > LEVEL) {
      return "no difference can be shown, because so few seeds cannot give less than %s by Mann-Whitney %s"
          .formatted(
              Formats.p(MannWhitney.smallestPValue(c.ourSeeds(), c.theirSeeds())), figures(c));
    }
    if (seedsKnown && welch != ranks) {
      return "no difference was shown, because the tests disagree " + figures(c);
    }
    if (!welch) {
      return "no difference was shown " + figures(c);
    }
    String better = (c.difference().value() > 0 ? c.ours() : c.theirs()).name();
    if (few) {
      return "the mean of %s is higher %s, but fewer than %d seeds are too few for a ranking"
          .formatted(better, figures(c), FEW);
    }
    boolean ranksAgree =
        !seedsKnown || (c.improvement().value() > 0.5) == (c.difference().value() > 0);
    return ranksAgree
        ? "the return of %s is higher %s".formatted(better, figures(c))
        : "no difference was shown, because means and ranks have opposite directions " + figures(c);
  }

  private static String figures(Comparison c) {
    return "(Welch %s, %s; the 95%% interval of the difference of means is %s to %s)"
        .formatted(
            Formats.p(c.welch()),
            Double.isNaN(c.mannWhitney())
                ? "no Mann-Whitney, because the seeds are not published"
                : "Mann-Whitney " + Formats.p(c.mannWhitney()),
            Formats.text(c.difference().low()),
            Formats.text(c.difference().high()));
  }

  private static String missing(Comparison c) {
    List<String> missing = new ArrayList<>();
    for (Contender each : List.of(c.ours(), c.theirs())) {
      int counted = each.equals(c.ours()) ? c.ourSeeds() : c.theirSeeds();
      if (counted < each.expectedSeeds()) {
        missing.add("%d of %s missing".formatted(each.expectedSeeds() - counted, each.name()));
      }
    }
    return missing.isEmpty() ? "" : " (" + String.join(", ", missing) + ")";
  }

  private static String caveat(Comparison c) {
    return c.differences().isEmpty()
        ? ""
        : "; this is not a like-for-like comparison, because "
            + String.join(" and ", c.differences());
  }
}
