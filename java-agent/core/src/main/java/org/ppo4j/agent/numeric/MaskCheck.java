package org.ppo4j.agent.numeric;

import java.util.stream.IntStream;
import org.ppo4j.env.Space;

/** Finds masks of actions that leave a discrete number of an action without a valid value. */
public final class MaskCheck {
  /** The number of values of each discrete number of an action. */
  private final int[] choices;

  /** Creates the check of masks of actions of {@code actions}, {@link Space#maskSize}. */
  public MaskCheck(Space actions) {
    choices = actions.leaves().stream().flatMapToInt(MaskCheck::choices).toArray();
  }

  private static IntStream choices(Space leaf) {
    return switch (leaf) {
      case Space.Discrete discrete -> IntStream.of(discrete.n());
      case Space.MultiDiscrete many -> IntStream.of(many.nvec());
      case Space.MultiBinary bits -> IntStream.range(0, bits.n()).map(_ -> 2);
      case Space.Box _, Space.Tuple _ -> IntStream.empty();
    };
  }

  /** Returns the first of {@code rows} masks that leaves a number without a valid value, or -1. */
  public int firstWithoutValid(byte[] masks, int rows) {
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (int count : choices) {
        if (!hasValid(masks, at, count)) {
          return row;
        }
        at += count;
      }
    }
    return -1;
  }

  private static boolean hasValid(byte[] masks, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (masks[i] != 0) {
        return true;
      }
    }
    return false;
  }
}
