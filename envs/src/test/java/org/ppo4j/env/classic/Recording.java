package org.ppo4j.env.classic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppo4j.env.GoldenFile;

/**
 * The calls on one environment of Gymnasium and their results; {@code recorder.py} describes the
 * lines.
 *
 * @param id the environment's id
 * @param kwargs its arguments as text, without the time limit
 * @param maxEpisodeSteps the time limit
 * @param calls the calls, in order
 */
record Recording(String id, Map<String, Object> kwargs, int maxEpisodeSteps, List<Call> calls) {

  /**
   * A line other than {@code make}.
   *
   * @param words the words of the line
   */
  record Call(List<String> words) {
    boolean isStep() {
      return words.getFirst().equals("step");
    }

    boolean isPlace() {
      return words.getFirst().equals("from");
    }

    boolean hasSeed() {
      return words.getFirst().equals("reset") && !words.get(1).equals("-");
    }

    long seed() {
      return Long.parseLong(words.get(1));
    }

    double[] action() {
      return new double[] {Double.parseDouble(words.get(1))};
    }

    double reward() {
      return Double.parseDouble(words.get(2));
    }

    boolean terminated() {
      return words.get(3).equals("1");
    }

    boolean truncated() {
      return words.get(4).equals("1");
    }

    double[] state() {
      return numbers(GoldenFile.FLOAT64_DIGITS);
    }

    double[] observation() {
      return numbers(GoldenFile.FLOAT32_DIGITS);
    }

    private double[] numbers(int digits) {
      int head = isStep() ? 5 : isPlace() ? 1 : 2;
      return words.stream()
          .skip(head)
          .filter(word -> word.length() == digits)
          .mapToDouble(GoldenFile::number)
          .toArray();
    }

    @Override
    public String toString() {
      return String.join(" ", words);
    }
  }

  /** Returns the recordings of a file. */
  static List<Recording> all(String file) {
    List<Recording> recordings = new ArrayList<>();
    for (String[] words : GoldenFile.lines(file)) {
      if (words[0].equals("make")) {
        Map<String, Object> kwargs =
            Arrays.stream(words, 3, words.length)
                .map(argument -> argument.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        int limit = Integer.parseInt(words[2]);
        recordings.add(new Recording(words[1], kwargs, limit, new ArrayList<>()));
      } else {
        recordings.getLast().calls().add(new Call(List.of(words)));
      }
    }
    return recordings;
  }

  /** Returns {@link #kwargs} with the time limit. */
  Map<String, Object> allKwargs() {
    Map<String, Object> all = new HashMap<>(kwargs);
    all.put("max_episode_steps", maxEpisodeSteps);
    return all;
  }

  boolean isPlaced() {
    return calls.getFirst().isPlace();
  }

  int longestEpisode() {
    int longest = 0;
    int steps = 0;
    for (Call call : calls) {
      steps = call.isStep() ? steps + 1 : 0;
      longest = Math.max(longest, steps);
    }
    return longest;
  }

  @Override
  public String toString() {
    return "%s %s %d / %s".formatted(id, kwargs, maxEpisodeSteps, calls.getFirst());
  }
}
