package org.ppo4j.agent.action;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.env.EnvSpec;

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
        int sdeSampleFreq,
    @Hyperparameter(
            "whether invalid actions are masked, and for environments in Python where the masks"
                + " are: wherever they are found, nowhere, in infos, in the method action_masks, or"
                + " in the key action_mask of observations")
        ActionMasks actionMasks) {

  /** The defaults. */
  public static final ActionConfig DEFAULT =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.CLIP, -1);

  /** Creates a configuration with masks wherever they are found. */
  public ActionConfig(ActionHead actionHead, ActionBounds actionBounds, int sdeSampleFreq) {
    this(actionHead, actionBounds, sdeSampleFreq, ActionMasks.AUTO);
  }

  /** Returns the defaults of a profile; CleanRL does not mask. */
  public static ActionConfig of(Profile profile) {
    return profile == Profile.CLEANRL
        ? new ActionConfig(
            DEFAULT.actionHead, DEFAULT.actionBounds, DEFAULT.sdeSampleFreq, ActionMasks.NONE)
        : DEFAULT;
  }

  public ActionConfig {
    Ranges.require(ActionConfig.class, actionHead, actionBounds, sdeSampleFreq, actionMasks);
  }

  /**
   * Returns the flags of an action's mask in {@code env}, {@link org.ppo4j.env.Space#maskSize}; 0
   * if actions are not masked.
   */
  public int maskSize(EnvSpec env) {
    return actionMasks == ActionMasks.NONE ? 0 : env.maskSize();
  }
}
