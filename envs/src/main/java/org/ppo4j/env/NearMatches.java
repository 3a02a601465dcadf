package org.ppo4j.env;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Finds the known names that a mistyped one may have meant: those that few letters make of it, and
 * those of which it is a part. Two neighbouring letters that changed places are one mistake.
 */
public final class NearMatches {
  private static final int MOST = 3;

  private NearMatches() {}

  /** Returns the nearest names, best first, at most three; none where none is near. */
  public static List<String> of(String name, Collection<String> known) {
    return known.stream()
        .filter(each -> isNear(name, each))
        .sorted(Comparator.comparingInt(each -> distance(name, each)))
        .limit(MOST)
        .toList();
  }

  /**
   * Returns a question such as {@code "; did you mean CartPole-v1?"}; empty where no name is near.
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
