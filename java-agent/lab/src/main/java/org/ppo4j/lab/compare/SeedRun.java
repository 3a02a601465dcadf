package org.ppo4j.lab.compare;

import java.util.Map;

/**
 * One training, read from its files.
 *
 * @param name its name in reports, such as {@code seed 3}
 * @param episodes its episodes
 * @param evaluation returns of deterministic episodes after it, {@code [episodes]}; of length 0
 *     without an evaluation
 * @param flaw a clause that says why it does not count; empty if it counts
 * @param versions the versions of its software, by name
 */
public record SeedRun(
    String name,
    Episodes episodes,
    double[] evaluation,
    String flaw,
    Map<String, String> versions) {

  /** Returns a training that does not count. */
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
