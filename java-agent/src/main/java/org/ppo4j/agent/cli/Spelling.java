package org.ppo4j.agent.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the known names that a mistyped one may have meant: those that few letters make of it, or
 * its version alone. Two neighbouring letters that changed places are one mistake.
 */
final class Spelling {
  private static final int MOST = 3;

  private Spelling() {}

  /** Returns the nearest names, best first; none where none is near. */
  static List<String> near(String name, Collection<String> known) {
    return known.stream()
        .filter(each -> isNear(name, each))
        .sorted(Comparator.comparingInt(each -> distance(name, each)))
        .limit(MOST)
        .toList();
  }

  private static boolean isNear(String name, String known) {
    return distance(name, known) <= Math.max(1, Math.min(name.length(), known.length()) / 4)
        || known.replaceFirst("-v\\d+$", "").equalsIgnoreCase(name);
  }

  /** Returns a question for the nearest names; empty where none is near. */
  static String question(String name, Collection<String> known) {
    List<String> near = near(name, known);
    return near.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", near));
  }

  /**
   * Returns how many letters must be inserted, deleted, replaced or swapped with their neighbour;
   * case does not count.
   */
  static int distance(String a, String b) {
    String from = a.toLowerCase(Locale.ROOT);
    String to = b.toLowerCase(Locale.ROOT);
    int[][] distances = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        if (i == 0 || j == 0) {
          distances[i][j] = i + j;
          continue;
        }
        boolean same = from.charAt(i - 1) == to.charAt(j - 1);
        int least = Math.min(distances[i - 1][j], distances[i][j - 1]) + 1;
        least = Math.min(least, distances[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        distances[i][j] = swapped ? Math.min(least, distances[i - 2][j - 2] + 1) : least;
      }
    }
    return distances[from.length()][to.length()];
  }
}
