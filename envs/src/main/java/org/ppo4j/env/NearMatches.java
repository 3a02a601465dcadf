package org.ppo4j.env;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The known names that a mistyped one may have meant, by Levenshtein's distance. */
final class NearMatches {
  private static final int MOST = 3;

  private NearMatches() {}

  /**
   * Returns a question such as {@code "; did you mean CartPole-v1?"}, or the empty string where no
   * name is near.
   */
  static String question(String name, Collection<String> known) {
    List<String> near =
        known.stream()
            .filter(candidate -> isNear(name, candidate))
            .sorted(Comparator.comparingInt(candidate -> distance(name, candidate)))
            .limit(MOST)
            .toList();
    return near.isEmpty()
        ? ""
        : near.stream().collect(Collectors.joining(" or ", "; did you mean ", "?"));
  }

  private static boolean isNear(String name, String candidate) {
    String lower = name.toLowerCase(Locale.ROOT);
    String other = candidate.toLowerCase(Locale.ROOT);
    boolean within = lower.length() >= 3 && (other.contains(lower) || lower.contains(other));
    return within || distance(name, candidate) <= Math.max(2, candidate.length() / 3);
  }

  /** Returns how many letters must be inserted, deleted or replaced; case does not count. */
  static int distance(String a, String b) {
    String from = a.toLowerCase(Locale.ROOT);
    String to = b.toLowerCase(Locale.ROOT);
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
