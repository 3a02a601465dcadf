package org.ppo4j.tokens.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;

/**
 * A synthetic sentiment: texts of cheerful, neutral and sad letters after a topic.
 *
 * <p>A reader likes cheer up to a point: the {@link #score} falls where a text is more cheerful
 * than people write. A reward model that learned from such texts has hardly seen this, so a policy
 * that only follows the reward model goes too far.
 */
public final class MoodTask {
  private static final String CHEERFUL = "hjy";
  private static final String SAD = "grw";
  private static final String NEUTRAL = "mnop";
  private static final String TOPICS = "abcdef";

  /** The characters of the task's texts. */
  public static final String CHARACTERS = CHEERFUL + SAD + NEUTRAL + TOPICS + ":";

  private static final int SHORTEST = 8;
  private static final int LONGEST = 14;
  private static final double BELIEVED = 0.5;
  private static final int EXAMPLES = 5000;
  private static final int TESTS = 300;
  private static final int RANKED = 20_000;
  private static final int CANDIDATES = 16;

  private MoodTask() {}

  /**
   * Writes train.jsonl (prompt, completion), pairs.jsonl (prompt, chosen, rejected: two texts by
   * the score), test.jsonl (prompt) and ranked.jsonl (as pairs.jsonl: the best of {@value
   * #CANDIDATES} texts and another one of them).
   */
  public static void write(Path folder, long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    List<Map<String, String>> train = new ArrayList<>();
    List<Map<String, String>> pairs = new ArrayList<>();
    List<Map<String, String>> test = new ArrayList<>();
    while (train.size() < EXAMPLES) {
      train.add(Map.of("prompt", topic(random), "completion", text(random)));
    }
    while (pairs.size() < EXAMPLES) {
      String one = text(random);
      String other = text(random);
      double better = score(one) - score(other);
      if (better != 0) {
        pairs.add(
            Map.of(
                "prompt",
                topic(random),
                "chosen",
                better > 0 ? one : other,
                "rejected",
                better > 0 ? other : one));
      }
    }
    while (test.size() < TESTS) {
      test.add(Map.of("prompt", topic(random)));
    }
    List<Map<String, String>> ranked = new ArrayList<>();
    while (ranked.size() < RANKED) {
      List<String> texts = Stream.generate(() -> text(random)).limit(CANDIDATES).toList();
      String best = Collections.max(texts, Comparator.comparingDouble(MoodTask::score));
      String other = texts.get(random.nextInt(CANDIDATES));
      if (score(other) < score(best)) {
        ranked.add(Map.of("prompt", topic(random), "chosen", best, "rejected", other));
      }
    }
    DataFile.write(folder.resolve("train.jsonl"), train);
    DataFile.write(folder.resolve("pairs.jsonl"), pairs);
    DataFile.write(folder.resolve("test.jsonl"), test);
    DataFile.write(folder.resolve("ranked.jsonl"), ranked);
  }

  private static String topic(UniformRandomProvider random) {
    return TOPICS.charAt(random.nextInt(TOPICS.length())) + ":";
  }

  /** Returns a text of which half of the letters are neutral, and a quarter each of other kinds. */
  private static String text(UniformRandomProvider random) {
    int length = SHORTEST + random.nextInt(LONGEST - SHORTEST + 1);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      int kind = random.nextInt(4);
      String letters = kind == 0 ? CHEERFUL : kind == 1 ? SAD : NEUTRAL;
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  /**
   * Returns ten times the share of cheerful letters, less that of sad ones: from -10 to 5, where
   * half of the letters are the most that is believed. Above, it falls twice as fast, to -5.
   */
  public static double score(String text) {
    int cheer = 0;
    for (int i = 0; i < text.length(); i++) {
      String letter = text.substring(i, i + 1);
      cheer += CHEERFUL.contains(letter) ? 1 : SAD.contains(letter) ? -1 : 0;
    }
    double share = (double) cheer / Math.max(1, text.length());
    return 10 * (share - 3 * Math.max(0, share - BELIEVED));
  }
}
