package org.ppo4j.agent.action;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The distribution of actions, and how they are changed before they reach the environment. */
public record ActionConfig(
    @Hyperparameter(
            "distribution of continuous actions: normal with deviations that do not depend on the state, or with deviations that are outputs of the actor")
        ActionHead actionHead,
    @Hyperparameter(
            "how continuous actions are kept within the bounds: clipped on their way to the environment, squashed by tanh, or not at all")
        ActionBounds actionBounds) {

  /** The defaults, those of CleanRL in every profile. */
  public static final ActionConfig DEFAULT =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.CLIP);

  public ActionConfig {
    Ranges.require(ActionConfig.class, actionHead, actionBounds);
  }
}
