package org.ppo4j.tokens.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Sums of two numbers below 100 as a data set, written as one adds on paper, the units first:
 * {@code 47+85=} is answered by {@code 231}. One in ten pairs of summands is only in the test's
 * data.
 *
 * <p>The people whose {@code completion} a model imitates forget a carry nine times of ten, so that
 * about one in three of their sums is right; {@code answer} is the right one, for a verifier.
 */
public final class AdditionTask {
  /** The characters of the task's texts. */
  public static final String CHARACTERS = "0123456789+=";

  private static final int BASE = 10;
  private static final int NUMBERS = BASE * BASE;
  private static final double FORGOTTEN = 0.9;
  private static final int EXAMPLES = 20_000;
  private static final int TESTS = 500;

  private AdditionTask() {}

  /** Writes train.jsonl and test.jsonl, with the columns prompt, completion and answer. */
  public static void write(Path folder, long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    int[] pairs = PermutationSampler.natural(NUMBERS * NUMBERS);
    PermutationSampler.shuffle(random, pairs);
    int tests = pairs.length / 10;
    DataFile.write(
        folder.resolve("train.jsonl"), draw(random, EXAMPLES, pairs, tests, pairs.length));
    DataFile.write(folder.resolve("test.jsonl"), draw(random, TESTS, pairs, 0, tests));
  }

  /** Draws from the pairs of summands {@code from} to {@code to - 1}. */
  private static List<Map<String, String>> draw(
      UniformRandomProvider random, int count, int[] pairs, int from, int to) {
    List<Map<String, String>> lines = new ArrayList<>();
    while (lines.size() < count) {
      int pair = pairs[from + random.nextInt(to - from)];
      int a = pair / NUMBERS;
      int b = pair % NUMBERS;
      lines.add(
          Map.of(
              "prompt", "%02d+%02d=".formatted(a, b),
              "completion", sum(a, b, random, FORGOTTEN),
              "answer", sum(a, b, random, 0)));
    }
    return lines;
  }

  /** Returns units, tens and hundreds of a sum whose carries are forgotten with a probability. */
  private static String sum(int a, int b, UniformRandomProvider random, double forgotten) {
    int units = a % BASE + b % BASE;
    int tens = a / BASE + b / BASE + carry(units, random, forgotten);
    return "" + units % BASE + tens % BASE + carry(tens, random, forgotten);
  }

  private static int carry(int digits, UniformRandomProvider random, double forgotten) {
    return digits >= BASE && random.nextDouble() >= forgotten ? 1 : 0;
  }
}
