package org.ppo4j.agent.actor;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The sub-environments of a training that one actor steps: {@code count} of {@code total}, from
 * {@code first} on.
 */
public record Slice(int first, int count, int total) {

  /**
   * Divides sub-environments among actors, in order; the sizes differ by one at most.
   *
   * @throws IllegalArgumentException if there are more actors than sub-environments, or none
   */
  public static List<Slice> of(int total, int actors) {
    if (actors < 1 || actors > total) {
      throw new IllegalArgumentException(
          "there must be 1 to %d actors for %d sub-environments, but there are %d; change the number of actors or numEnvs"
              .formatted(total, total, actors));
    }
    return IntStream.range(0, actors)
        .mapToObj(
            k -> {
              int first = start(k, total, actors);
              return new Slice(first, start(k + 1, total, actors) - first, total);
            })
        .toList();
  }

  private static int start(int actor, int total, int actors) {
    return (int) ((long) actor * total / actors);
  }
}
