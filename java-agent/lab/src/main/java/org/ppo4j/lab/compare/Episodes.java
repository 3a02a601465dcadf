package org.ppo4j.lab.compare;

import java.util.Arrays;

/**
 * The episodes of one training, in the order they ended.
 *
 * @param steps the environment steps taken when an episode ended, {@code [E]}
 * @param returns the sums of raw rewards, {@code [E]}
 * @param seconds the time since the training's start, {@code [E]}; of length 0 if not known
 */
record Episodes(long[] steps, double[] returns, double[] seconds) {
  /** The number of episodes that CleanRL's tables average. */
  static final int LAST = 100;

  int count() {
    return steps.length;
  }

  boolean hasTimes() {
    return seconds.length > 0;
  }

  long lastStep() {
    return steps.length == 0 ? 0 : steps[steps.length - 1];
  }

  /** Returns the time until the last episode ended; NaN if not known. */
  double minutes() {
    return hasTimes() ? seconds[seconds.length - 1] / 60 : Double.NaN;
  }

  /** Returns the returns of the last {@value #LAST} episodes, or of all if there are fewer. */
  double[] last() {
    return Arrays.copyOfRange(returns, Math.max(0, returns.length - LAST), returns.length);
  }

  /** Returns whether two trainings had the same episodes, regardless of their times. */
  boolean isSameAs(Episodes other) {
    return Arrays.equals(steps, other.steps) && Arrays.equals(returns, other.returns);
  }

  /** Returns the number of returns that are NaN or infinite. */
  long notFinite() {
    return Arrays.stream(returns).filter(each -> !Double.isFinite(each)).count();
  }

  /** Returns the largest number of steps between the ends of two consecutive episodes. */
  long longestGap() {
    long longest = 0;
    for (int i = 1; i < steps.length; i++) {
      longest = Math.max(longest, steps[i] - steps[i - 1]);
    }
    return longest;
  }
}
