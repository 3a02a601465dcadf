package org.ppo4j.lab.compare;

import java.util.Map;

/**
 * One training as its files tell it.
 *
 * @param name how reports call it, such as {@code seed 3}
 * @param episodes its episodes
 * @param evaluation returns of deterministic episodes after it, {@code [episodes]}; of length 0
 *     where there was no evaluation
 * @param flaw why it cannot be counted, in a clause; empty if it can
 * @param versions what made it, by name
 */
public record SeedRun(
    String name,
    Episodes episodes,
    double[] evaluation,
    String flaw,
    Map<String, String> versions) {

  /** Returns one that cannot be counted. */
  public static SeedRun flawed(String name, String flaw) {
    return new SeedRun(
        name,
        new Episodes(new long[0], new double[0], new double[0]),
        new double[0],
        flaw,
        Map.of());
  }

  SeedRun withFlaw(String newFlaw) {
    return new SeedRun(name, episodes, evaluation, newFlaw, versions);
  }

  boolean counts() {
    return flaw.isEmpty();
  }
}
