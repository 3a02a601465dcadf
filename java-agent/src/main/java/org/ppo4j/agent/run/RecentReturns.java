package org.ppo4j.agent.run;

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
