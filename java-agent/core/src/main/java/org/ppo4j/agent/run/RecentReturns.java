package org.ppo4j.agent.run;

import org.ppo4j.agent.state.TrainingState;

/** The returns of the last episodes, up to a fixed number of them. */
public final class RecentReturns {
  private final double[] returns;
  private long count;

  RecentReturns(int capacity) {
    returns = new double[capacity];
  }

  /** Returns those that {@link #save} put under {@code run/}. */
  public static RecentReturns of(TrainingState state) {
    double[] saved = state.doubles("run/returns");
    RecentReturns recent = new RecentReturns(saved.length);
    System.arraycopy(saved, 0, recent.returns, 0, saved.length);
    recent.count = state.longs("run/episodes")[0];
    return recent;
  }

  void add(double episodicReturn) {
    returns[(int) (count % returns.length)] = episodicReturn;
    count++;
  }

  /** Puts the returns and their number under {@code run/}. */
  void save(TrainingState state) {
    state.put("run/returns", returns);
    state.put("run/episodes", new long[] {count});
  }

  /** Returns the number of all episodes so far. */
  public long episodes() {
    return count;
  }

  /** Returns whether there are as many as are kept, and their mean is at least {@code mean}. */
  public boolean reach(double mean) {
    return count >= returns.length && mean() >= mean;
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
