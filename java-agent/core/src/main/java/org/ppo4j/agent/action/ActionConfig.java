package org.ppo4j.agent.action;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Ranges;

/** The distribution of actions, and how they are changed before they reach the environment. */
public record ActionConfig(
    @Hyperparameter(
            "distribution of continuous actions: normal with deviations that do not depend on the"
                + " state, normal with deviations that are outputs of the actor, beta on the"
                + " bounds, or gSDE")
        ActionHead actionHead,
    @Hyperparameter(
            "how continuous actions are kept within the bounds: clipped on their way to the"
                + " environment, squashed by tanh, or not at all")
        ActionBounds actionBounds,
    @Hyperparameter(
            value =
                "steps after which gsde draws its noise again, in addition to the start of every"
                    + " rollout; -1 or 0 for never",
            in = "[-1, inf)")
        int sdeSampleFreq) {

  /** The defaults, those of CleanRL in every profile. */
  public static final ActionConfig DEFAULT =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.CLIP, -1);

  public ActionConfig {
    Ranges.require(ActionConfig.class, actionHead, actionBounds, sdeSampleFreq);
    if (actionHead == ActionHead.BETA && actionBounds != ActionBounds.CLIP) {
      throw new InvalidHyperparameterException(
          "actionBounds %s has no effect on actionHead BETA, whose actions lie within the bounds; leave it CLIP"
              .formatted(actionBounds),
          "actionBounds",
          "actionHead");
    }
  }
}
