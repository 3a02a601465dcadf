package org.ppo4j.tokens.text;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.PermutationSampler;
import org.apache.commons.rng.simple.RandomSource;

/**
 * Sums as a data set: {@code 12+7=} is completed by {@code 19}. One in ten pairs of summands is
 * only in the test's data.
 */
public final class AdditionTask {
  /** The characters of the task's texts. */
  public static final String CHARACTERS = "0123456789+=";

  private static final int LARGEST = 19;
  private static final int EXAMPLES = 20_000;
  private static final int TESTS = 500;

  private AdditionTask() {}

  /** Writes train.jsonl and test.jsonl, with the columns prompt, completion and answer. */
  public static void write(Path folder, long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    int[] pairs = PermutationSampler.natural((LARGEST + 1) * (LARGEST + 1));
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
      int a = pair / (LARGEST + 1);
      int b = pair % (LARGEST + 1);
      String sum = String.valueOf(a + b);
      lines.add(Map.of("prompt", a + "+" + b + "=", "completion", sum, "answer", sum));
    }
    return lines;
  }
}
