package org.ppo4j.tokens.reward;

import java.util.List;
import org.ppo4j.tokens.text.Example;

/** Receives completions with their rewards, on the training's thread. */
@FunctionalInterface
public interface RewardObserver {
  /**
   * Called after completions were scored.
   *
   * @param rewards one for each completion; not to be written
   */
  void scored(List<Example> examples, List<String> completions, double[] rewards);
}
