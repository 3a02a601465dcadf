package org.ppo4j.agent.event;

import java.util.Arrays;

/**
 * The episodes of an evaluation, by sub-environment and then by time.
 *
 * @param returns sums of raw rewards, {@code [episodes]}, not copied
 * @param lengths numbers of steps, {@code [episodes]}, not copied
 * @param cut how many of them had not ended when the evaluation reached its limit of steps; they
 *     count as far as they went
 */
public record EvaluationResult(double[] returns, int[] lengths, int cut) {

  /** Creates the result of episodes that all ended. */
  public EvaluationResult(double[] returns, int[] lengths) {
    this(returns, lengths, 0);
  }

  /** Returns the mean return. */
  public double meanReturn() {
    return Arrays.stream(returns).average().orElse(Double.NaN);
  }

  /** Returns the population standard deviation of the returns, as {@code numpy.std}. */
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
