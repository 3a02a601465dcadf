package org.ppo4j.live;

/** The mean of the last 100 numbers, as trainings report their returns. */
final class RecentMean {
  private final double[] kept = new double[100];
  private long count;

  void add(double number) {
    kept[(int) (count++ % kept.length)] = number;
  }

  /** Returns the mean; NaN without numbers. */
  double mean() {
    int n = (int) Math.min(count, kept.length);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += kept[i];
    }
    return sum / n;
  }
}
