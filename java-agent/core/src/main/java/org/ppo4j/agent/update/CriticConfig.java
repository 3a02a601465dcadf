package org.ppo4j.agent.update;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** Where the critic differs from the actor. The defaults are those of every profile: nowhere. */
public record CriticConfig(
    @Hyperparameter(
            value = "learning rate of the critic at the start, 0 for the actor's",
            in = "[0, inf)",
            except = Algorithm.TRPO)
        double criticLearningRate) {

  /** The critic learns as the actor does. */
  public static final CriticConfig DEFAULT = new CriticConfig(0);

  public CriticConfig {
    Ranges.require(CriticConfig.class, criticLearningRate);
  }
}
