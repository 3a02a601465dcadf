package org.ppo4j.agent.cli;

import java.util.Arrays;
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
                  bound(Arrays.stream(box.low()).min().orElse(0)),
                  bound(Arrays.stream(box.high()).max().orElse(0)),
                  shape(box.shape()),
                  box.dtype().name().toLowerCase(Locale.ROOT));
    };
  }

  private static String shape(int[] shape) {
    String lengths =
        Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    return shape.length == 1 ? lengths + "," : lengths;
  }

  private static String bound(double value) {
    return Double.isInfinite(value)
        ? (value < 0 ? "-inf" : "inf")
        : "%.4g".formatted(value).replaceAll("\\.?0+$", "");
  }
}
