package org.ppo4j.env.internal;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the known names that a mistyped name may stand for: those within a few edits of it, and
 * those that contain it. Swapping two neighbouring letters counts as one edit.
 */
public final class NearMatches {
  private static final int MAX_MATCHES = 3;

  private NearMatches() {}

  /** Returns the nearest names, best first, at most three; empty if no name is near. */
  public static List<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(each -> isNear(name, each))
        .sorted(Comparator.comparingInt(each -> distance(name, each)))
        .limit(MAX_MATCHES)
        .toList();
  }

  /**
   * Returns a question such as {@code "; did you mean CartPole-v1?"}, or the empty string if no
   * name is near.
   */
  public static String question(String name, Collection<String> known) {
    List<String> near = of(name, known);
    return near.isEmpty() ? "" : "; did you mean %s?".formatted(String.join(" or ", near));
  }

  private static boolean isNear(String name, String known) {
    boolean part =
        name.length() >= 3
            && known.toLowerCase(Locale.ROOT).contains(name.toLowerCase(Locale.ROOT));
    return part
        || distance(name, known) <= Math.max(1, Math.min(name.length(), known.length()) / 4);
  }

  /**
   * Returns the number of letters to insert, delete, replace or swap with their neighbour, ignoring
   * case.
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
        int min = Math.min(distances[i - 1][j], distances[i][j - 1]) + 1;
        min = Math.min(min, distances[i - 1][j - 1] + (same ? 0 : 1));
        boolean swapped =
            i > 1
                && j > 1
                && from.charAt(i - 1) == to.charAt(j - 2)
                && from.charAt(i - 2) == to.charAt(j - 1);
        distances[i][j] = swapped ? Math.min(min, distances[i - 2][j - 2] + 1) : min;
      }
    }
    return distances[from.length()][to.length()];
  }
}
