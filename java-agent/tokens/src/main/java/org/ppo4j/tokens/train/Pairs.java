package org.ppo4j.tokens.train;

import java.util.ArrayList;
import java.util.List;
import org.ppo4j.tokens.text.Example;

/** Prompts with a chosen and a rejected completion, in tokens. */
final class Pairs {
  private final Completions chosen;
  private final Completions rejected;

  Pairs(Encoding encoding, List<Example> examples) {
    List<int[]> prompts = new ArrayList<>();
    List<int[]> better = new ArrayList<>();
    List<int[]> worse = new ArrayList<>();
    for (Example example : examples) {
      int[] prompt = encoding.prompt(example, 1);
      prompts.add(prompt);
      better.add(encoding.completion(example, "chosen", prompt.length));
      worse.add(encoding.completion(example, "rejected", prompt.length));
    }
    chosen = new Completions(prompts, better);
    rejected = new Completions(prompts, worse);
  }

  /** Returns some chosen completions, and then the rejected ones of the same prompts. */
  Completions at(int[] places) {
    Completions first = chosen.at(places);
    Completions second = rejected.at(places);
    List<int[]> prompts = new ArrayList<>(first.prompts());
    prompts.addAll(second.prompts());
    List<int[]> completions = new ArrayList<>(first.completions());
    completions.addAll(second.completions());
    return new Completions(prompts, completions);
  }
}
