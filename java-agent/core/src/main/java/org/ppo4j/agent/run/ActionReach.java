package org.ppo4j.agent.run;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.env.Space;

/**
 * Compares the bounds of continuous actions with the distribution that a policy starts from, whose
 * mean is about 0. SB3's {@code env_checker.py} recommends bounds of -1 and 1 for the same reason.
 */
final class ActionReach {
  /** The part of half the range that the middle of the bounds may be away from 0. */
  static final double SHIFT = 0.5;

  /** How many times the deviation may be as large as half the range, or as small. */
  static final double SCALE = 10;

  private ActionReach() {}

  /** Returns what is found, null if the policy reaches its actions. */
  static @Nullable String finding(Space space, PpoConfig config) {
    if (!(space instanceof Space.Box box)
        || config.action().actionHead() == ActionHead.BETA
        || config.action().actionBounds() == ActionBounds.SQUASH) {
      return null;
    }
    double deviation = Math.exp(config.network().logStdInit());
    boolean isKnown = config.action().actionHead() != ActionHead.GSDE; // it depends on features
    for (int i = 0; i < box.size(); i++) {
      double half = box.high(i) / 2 - box.low(i) / 2;
      double middle = box.high(i) / 2 + box.low(i) / 2;
      if (Double.isInfinite(half) || half == 0) {
        continue;
      }
      boolean shifted = Math.abs(middle) > SHIFT * half;
      boolean scaled = isKnown && (half > SCALE * deviation || half < deviation / SCALE);
      if (shifted || scaled) {
        return start(i, box) + (isKnown ? spread(half, deviation, scaled && !shifted) : "");
      }
    }
    return null;
  }

  private static String start(int action, Space.Box box) {
    return "action %d has the bounds %s and %s, but the policy starts around 0"
        .formatted(action, number(box.low(action)), number(box.high(action)));
  }

  private static String spread(double half, double deviation, boolean wouldFit) {
    return String.format(
        Locale.ROOT,
        " with a deviation of %.3g%s: it mostly tries %s",
        deviation,
        wouldFit
            ? String.format(Locale.ROOT, ", where logStdInit %.1f would fit", Math.log(half) - 0.5)
            : "",
        half > SCALE * deviation ? "a small part of what is between them" : "the bounds");
  }

  private static String number(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? String.format(Locale.ROOT, "%.0f", bound)
        : Double.toString(bound);
  }
}
