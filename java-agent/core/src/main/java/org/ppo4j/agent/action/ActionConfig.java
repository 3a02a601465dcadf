package org.ppo4j.agent.action;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** How actions are changed before they reach the environment. */
public record ActionConfig(
    @Hyperparameter(
            "how continuous actions are kept within the bounds: clipped on their way to the environment, squashed by tanh, or not at all")
        ActionBounds actionBounds) {

  /** The defaults, those of CleanRL in every profile. */
  public static final ActionConfig DEFAULT = new ActionConfig(ActionBounds.CLIP);

  public ActionConfig {
    Ranges.require(ActionConfig.class, actionBounds);
  }
}
