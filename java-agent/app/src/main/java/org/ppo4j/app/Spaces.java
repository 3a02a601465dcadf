package org.ppo4j.app;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ppo4j.env.Space;

/** Spaces as Gymnasium prints them. */
final class Spaces {
  private Spaces() {}

  static String text(Space space) {
    return switch (space) {
      case Space.Discrete discrete ->
          discrete.start() == 0
              ? "Discrete(%d)".formatted(discrete.n())
              : "Discrete(%d, start=%d)".formatted(discrete.n(), discrete.start());
      case Space.MultiDiscrete multi ->
          "MultiDiscrete(%s)".formatted(Arrays.toString(multi.nvec()));
      case Space.MultiBinary binary -> "MultiBinary(%d)".formatted(binary.n());
      case Space.Box box ->
          "Box(%s, %s, (%s), %s)"
              .formatted(
                  bounds(box.low()),
                  bounds(box.high()),
                  shape(box.shape()),
                  box.dtype().name().toLowerCase(Locale.ROOT));
    };
  }

  private static String shape(int[] shape) {
    String lengths =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    return shape.length == 1 ? lengths + "," : lengths;
  }

  /**
   * Returns one number if all are equal; else all of them, a run of equal ones as {@code -1 x 3}.
   */
  private static String bounds(double[] values) {
    List<String> runs = new ArrayList<>();
    for (int from = 0, to; from < values.length; from = to) {
      to = from + 1;
      while (to < values.length && values[to] == values[from]) {
        to++;
      }
      String bound = bound(values[from]);
      runs.add(
          to - from < 3
              ? String.join(", ", Collections.nCopies(to - from, bound))
              : bound + " x " + (to - from));
      if (to - from == values.length) {
        return bound;
      }
    }
    return runs.toString();
  }

  private static String bound(double value) {
    return Double.isInfinite(value)
        ? (value < 0 ? "-inf" : "inf")
        : "%.4g".formatted(value).replaceAll("\\.?0+$", "");
  }
}
