package org.ppo4j.tokens.reward;

import java.util.List;
import org.ppo4j.tokens.text.Example;

/** The verifier of sums: 1 if the completion is exactly the example's {@code answer}, else 0. */
public final class AdditionReward implements RewardFunction {
  /** Creates the verifier. */
  public AdditionReward() {}

  @Override
  public List<String> columns() {
    return List.of("answer");
  }

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    double[] rewards = new double[completions.size()];
    for (int i = 0; i < rewards.length; i++) {
      rewards[i] = completions.get(i).equals(examples.get(i).column("answer")) ? 1 : 0;
    }
    return rewards;
  }
}
