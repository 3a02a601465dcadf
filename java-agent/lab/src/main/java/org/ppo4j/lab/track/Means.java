package org.ppo4j.lab.track;

import java.util.LinkedHashMap;
import java.util.Map;

/** The means of numbers by name. */
final class Means {
  private final Map<String, double[]> sums = new LinkedHashMap<>();

  /** Adds a number, unless it is undefined. */
  void add(String name, double value) {
    if (Double.isFinite(value)) {
      double[] sum = sums.computeIfAbsent(name, _ -> new double[2]);
      sum[0] += value;
      sum[1]++;
    }
  }

  /** Returns the means of what was added since the last call. */
  Map<String, Double> take() {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(name, sum[0] / sum[1]));
    sums.clear();
    return means;
  }
}
