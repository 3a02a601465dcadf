package org.ppo4j.tokens.train;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** How completions are drawn, in the names of transformers' {@code GenerationConfig}. */
public record SamplingConfig(
    @Hyperparameter(value = "the most tokens that are drawn", in = "[1, inf)")
        int maxCompletionLength,
    @Hyperparameter(value = "divisor of the logits; 0 for the likeliest token", in = "[0, inf)")
        double temperature,
    @Hyperparameter(value = "draw only from so many likeliest tokens; 0 for all", in = "[0, inf)")
        int topK,
    @Hyperparameter(
            value = "draw only from the likeliest tokens of this probability together",
            in = "(0, 1]")
        double topP) {

  /** Checks the ranges. */
  public SamplingConfig {
    Ranges.require(SamplingConfig.class, maxCompletionLength, temperature, topK, topP);
  }
}
