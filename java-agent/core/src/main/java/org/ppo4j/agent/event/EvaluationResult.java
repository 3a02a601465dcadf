package org.ppo4j.agent.event;

import java.util.Arrays;

/**
 * What the episodes of an evaluation gave, in the order of sub-environments and then of time.
 *
 * @param returns sums of raw rewards, {@code [episodes]}
 * @param lengths steps, {@code [episodes]}
 */
public record EvaluationResult(double[] returns, int[] lengths) {

  /** Returns the mean return. */
  public double meanReturn() {
    return Arrays.stream(returns).average().orElse(Double.NaN);
  }

  /** Returns the standard deviation of the episodes themselves, as numpy and CleanRL have it. */
  public double stdReturn() {
    double mean = meanReturn();
    return Math.sqrt(
        Arrays.stream(returns).map(x -> (x - mean) * (x - mean)).average().orElse(Double.NaN));
  }

  /** Returns the mean length. */
  public double meanLength() {
    return Arrays.stream(lengths).average().orElse(Double.NaN);
  }
}
