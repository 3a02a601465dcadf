package org.ppo4j.agent.update;

import java.util.Arrays;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkShape;

/** The standard deviations of continuous actions that are parameters of a network. */
final class Deviations {
  private Deviations() {}

  /** Returns a copy of their logarithms. */
  static float[] logStds(ActorCritic network) {
    int from = network.shape().logStdOffset();
    return Arrays.copyOfRange(network.parameters(), from, from + network.shape().logStdSize());
  }

  /** Adds the smallest and the largest deviation if they are parameters of the network. */
  static void put(Metrics metrics, ActorCritic network) {
    NetworkShape shape = network.shape();
    if (shape.logStdSize() == 0) {
      return;
    }
    double min = Double.POSITIVE_INFINITY;
    double max = 0;
    for (int i = 0; i < shape.logStdSize(); i++) {
      double std = Math.exp(network.parameters()[shape.logStdOffset() + i]);
      min = Math.min(min, std);
      max = Math.max(max, std);
    }
    metrics.put("charts/std_min", min);
    metrics.put("charts/std_max", max);
  }
}
