package org.ppo4j.agent.metrics;

import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/** The returns of the last episodes, up to a fixed number of them. */
public final class RecentReturns implements Stateful {
  /** More than a training can count in doubles, as other files do. */
  private static final long MAX_EPISODES = 1L << 53;

  private final double[] returns;
  private long count;

  /** Keeps the last {@code capacity} returns. */
  public RecentReturns(int capacity) {
    returns = new double[capacity];
  }

  /** Adds the return of an episode that ended. */
  public void add(double episodicReturn) {
    returns[(int) (count % returns.length)] = episodicReturn;
    count++;
  }

  @Override
  public void save(TrainingState state) {
    state.put("run/returns", returns);
    state.put("run/episodes", new long[] {count});
  }

  @Override
  public void restore(TrainingState state) {
    System.arraycopy(state.doubles("run/returns", returns.length), 0, returns, 0, returns.length);
    count = state.longs("run/episodes", 1)[0];
    if (count < 0 || count > MAX_EPISODES) {
      throw new IllegalArgumentException(
          "the checkpoint has %d episodes, which no training has; use an earlier one"
              .formatted(count));
    }
  }

  /** Returns the number of episodes that have ended. */
  public long episodes() {
    return count;
  }

  /**
   * Returns whether so many episodes have ended as are kept, with a mean of at least {@code mean}.
   */
  public boolean reach(double mean) {
    return count >= returns.length && mean() >= mean;
  }

  /** Returns the mean of the last returns; NaN if no episode has ended. */
  public double mean() {
    int kept = (int) Math.min(count, returns.length);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += returns[i];
    }
    return sum / kept;
  }
}
