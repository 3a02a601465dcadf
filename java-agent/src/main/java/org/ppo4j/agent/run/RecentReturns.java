package org.ppo4j.agent.run;

import org.ppo4j.agent.checkpoint.State;

/** The returns of the last episodes, up to a fixed number of them. */
public final class RecentReturns {
  private final double[] returns;
  private long count;

  RecentReturns(int capacity) {
    returns = new double[capacity];
  }

  void add(double episodicReturn) {
    returns[(int) (count % returns.length)] = episodicReturn;
    count++;
  }

  /** Puts the returns and their number under {@code run/}. */
  void save(State state) {
    state.put("run/returns", returns);
    state.put("run/episodes", new long[] {count});
  }

  /** Takes the returns and their number from {@code run/}. */
  void restore(State state) {
    System.arraycopy(state.doubles("run/returns"), 0, returns, 0, returns.length);
    count = state.longs("run/episodes")[0];
  }

  /** Returns the number of all episodes so far. */
  public long episodes() {
    return count;
  }

  /** Returns the mean of the last episodes; NaN if there were none. */
  public double mean() {
    int kept = (int) Math.min(count, returns.length);
    double sum = 0;
    for (int i = 0; i < kept; i++) {
      sum += returns[i];
    }
    return sum / kept;
  }
}
