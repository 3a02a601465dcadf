package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppo4j.tokens.loss.Ragged;
import org.ppo4j.tokens.model.Sequences;

/**
 * Prompts with their completions, in tokens.
 *
 * @param prompts at least one token each
 * @param completions at least one token each
 */
record Completions(List<int[]> prompts, List<int[]> completions) {

  int count() {
    return prompts.size();
  }

  /** Returns the completions at some places. */
  Completions at(int[] places) {
    List<int[]> somePrompts = new ArrayList<>();
    List<int[]> some = new ArrayList<>();
    for (int place : places) {
      somePrompts.add(prompts.get(place));
      some.add(completions.get(place));
    }
    return new Completions(somePrompts, some);
  }

  /** Returns the completions {@code from} to {@code to - 1}. */
  Completions range(int from, int to) {
    return new Completions(prompts.subList(from, to), completions.subList(from, to));
  }

  Ragged ragged() {
    return Ragged.of(completions.stream().mapToInt(tokens -> tokens.length).toArray());
  }

  /** Returns prompts and completions joined. */
  Sequences sequences() {
    List<int[]> joined = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      int[] prompt = prompts.get(i);
      int[] completion = completions.get(i);
      int[] tokens = Arrays.copyOf(prompt, prompt.length + completion.length);
      System.arraycopy(completion, 0, tokens, prompt.length, completion.length);
      joined.add(tokens);
    }
    return Sequences.of(joined);
  }

  /** Returns all tokens of the completions, one completion after the other. */
  int[] targets() {
    return completions.stream().flatMapToInt(Arrays::stream).toArray();
  }

  /**
   * Returns rows of {@link #sequences}: of each completion the {@code lengths} first ones from the
   * prompt's last token on, whose outputs are for the completion's tokens.
   */
  int[] rows(Sequences sequences, Ragged lengths) {
    int[] rows = new int[lengths.total()];
    for (int i = 0; i < count(); i++) {
      int first = sequences.start(i) + prompts.get(i).length - 1;
      for (int t = 0; t < lengths.length(i); t++) {
        rows[lengths.start(i) + t] = first + t;
      }
    }
    return rows;
  }
}
