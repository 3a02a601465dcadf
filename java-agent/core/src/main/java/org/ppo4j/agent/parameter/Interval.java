package org.ppo4j.agent.parameter;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of numbers between two ends, read from mathematical notation: a square bracket includes the
 * end, a round one does not.
 */
record Interval(double low, boolean lowIncluded, double high, boolean highIncluded) {
  private static final Pattern NOTATION =
      Pattern.compile("([\\[(])(-?inf|-?[0-9.]+), (inf|-?[0-9.]+)([])])");

  static Interval parse(String notation) {
    Matcher matcher = NOTATION.matcher(notation);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(notation + " is not an interval such as [0, 1)");
    }
    return new Interval(
        end(matcher.group(2)),
        matcher.group(1).equals("["),
        end(matcher.group(3)),
        matcher.group(4).equals("]"));
  }

  /** Returns whether {@code value} lies inside; NaN never does. */
  boolean contains(double value) {
    return (lowIncluded ? value >= low : value > low)
        && (highIncluded ? value <= high : value < high);
  }

  private static double end(String text) {
    return switch (text) {
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
