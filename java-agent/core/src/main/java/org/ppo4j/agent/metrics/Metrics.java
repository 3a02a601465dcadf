package org.ppo4j.agent.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Named numbers of one iteration. Names are TensorBoard's tags, those of CleanRL where it has one,
 * such as {@code losses/policy_loss}. The set of names is open: every part of an algorithm adds its
 * own. They are in the order of the first {@link #put}.
 */
public final class Metrics {
  private final Map<String, Double> values = new LinkedHashMap<>();

  /** Sets the number of that name; replaces an earlier one. */
  public void put(String name, double value) {
    values.put(name, value);
  }

  /**
   * Returns the number of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "there is no metric named %s; the names are %s".formatted(name, values.keySet()));
    }
    return value;
  }

  /** Returns whether there is a number of that name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns all numbers by name, in order; a live view that cannot be changed. */
  public Map<String, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
