package org.ppo4j.agent.loss;

import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** The distributions of the golden files, by the names that the scripts give them. */
final class Distributions {
  private Distributions() {}

  /** Returns a distribution; of {@code latents} latent features if it takes any. */
  static ActionDistribution of(String name, int[] nvec, int actionSize, int latents) {
    Space box = Space.Box.of(-1, 1, actionSize, DType.FLOAT32);
    Space space =
        switch (name) {
          case "categorical" -> new Space.Discrete(nvec[0]);
          case "multi_discrete" -> new Space.MultiDiscrete(nvec);
          case "bernoulli" -> new Space.MultiBinary(actionSize);
          default -> box;
        };
    ActionConfig config =
        switch (name) {
          case "gaussian", "categorical", "multi_discrete", "bernoulli" -> ActionConfig.DEFAULT;
          case "squashed" -> new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.SQUASH, -1);
          case "state_dependent" ->
              new ActionConfig(ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.CLIP, -1);
          case "state_dependent_squashed" ->
              new ActionConfig(ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.SQUASH, -1);
          case "beta" -> new ActionConfig(ActionHead.BETA, ActionBounds.CLIP, -1);
          case "gsde" -> new ActionConfig(ActionHead.GSDE, ActionBounds.CLIP, -1);
          case "gsde_squashed" -> new ActionConfig(ActionHead.GSDE, ActionBounds.SQUASH, -1);
          case String other -> throw new IllegalArgumentException(other);
        };
    return ActionDistribution.of(space, config, 0, latents);
  }
}
