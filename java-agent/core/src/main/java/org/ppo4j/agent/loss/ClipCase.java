package org.ppo4j.agent.loss;

import java.util.Locale;

/**
 * The cases of PPO's clipped surrogate: where the ratio r of new to old probability lies relative
 * to the clip range c, and the sign of the advantage A that the loss uses.
 *
 * <p>In four cases the gradient is that of {@code A r}. In the other two it is zero, because the
 * policy has already left the range in the direction that A favours: {@link #ABOVE_POSITIVE} and
 * {@link #BELOW_NEGATIVE}.
 */
public enum ClipCase {
  /** {@code r < 1 - c, A >= 0}: the action became less probable, although it was good. */
  BELOW_POSITIVE,
  /** {@code r < 1 - c, A < 0}: no gradient. */
  BELOW_NEGATIVE,
  /** {@code 1 - c <= r <= 1 + c, A >= 0}. */
  INSIDE_POSITIVE,
  /** {@code 1 - c <= r <= 1 + c, A < 0}. */
  INSIDE_NEGATIVE,
  /** {@code r > 1 + c, A >= 0}: no gradient. */
  ABOVE_POSITIVE,
  /** {@code r > 1 + c, A < 0}: the action became more probable, although it was bad. */
  ABOVE_NEGATIVE;

  private final String tag = "clip/" + name().toLowerCase(Locale.ROOT);

  /**
   * Returns the name of this case's share among the metrics, such as {@code clip/above_positive}.
   */
  public String tag() {
    return tag;
  }

  static ClipCase of(double ratio, double clipCoef, double advantage) {
    boolean negative = advantage < 0;
    if (Math.abs(ratio - 1) > clipCoef) {
      if (ratio < 1) {
        return negative ? BELOW_NEGATIVE : BELOW_POSITIVE;
      }
      return negative ? ABOVE_NEGATIVE : ABOVE_POSITIVE;
    }
    return negative ? INSIDE_NEGATIVE : INSIDE_POSITIVE;
  }
}
