package org.ppo4j.agent.action;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The distribution of actions, and how they are changed before they reach the environment. */
public record ActionConfig(
    @Hyperparameter(
            "distribution of continuous actions: normal with deviations that do not depend on the state, normal with deviations that are outputs of the actor, or beta on the bounds")
        ActionHead actionHead,
    @Hyperparameter(
            "how continuous actions are kept within the bounds: clipped on their way to the environment, squashed by tanh, or not at all")
        ActionBounds actionBounds) {

  /** The defaults, those of CleanRL in every profile. */
  public static final ActionConfig DEFAULT =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.CLIP);

  public ActionConfig {
    Ranges.require(ActionConfig.class, actionHead, actionBounds);
    if (actionHead == ActionHead.BETA && actionBounds != ActionBounds.CLIP) {
      throw new InvalidHyperparameterException(
          "actionBounds %s has no effect on actionHead BETA, whose actions lie within the bounds; leave it CLIP"
              .formatted(actionBounds),
          "actionBounds",
          "actionHead");
    }
  }
}
