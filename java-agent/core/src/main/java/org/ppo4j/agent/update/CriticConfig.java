package org.ppo4j.agent.update;

import java.util.List;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** Where the critic differs from the actor. The defaults are those of every profile: nowhere. */
public record CriticConfig(
    @Hyperparameter(
            value = "learning rate of the critic at the start, 0 for the actor's",
            in = "[0, inf)",
            except = {Algorithm.TRPO, Algorithm.GRPO})
        double criticLearningRate,
    @Hyperparameter(
            value = "widths of the critic's hidden layers, none for the actor's",
            in = "[1, inf)",
            except = Algorithm.GRPO)
        List<Integer> criticHiddenSizes,
    @Hyperparameter(
            value =
                "whether the critic predicts returns that are normalised by their running mean and variance",
            except = {Algorithm.MONTE_CARLO, Algorithm.PPG, Algorithm.GRPO})
        boolean normValueTargets,
    @Hyperparameter(
            value = "whether values and advantages are computed again before each later epoch",
            except = {Algorithm.A2C, Algorithm.TRPO, Algorithm.GRPO})
        boolean recomputeAdvantages) {

  /** The critic learns as the actor does. */
  public static final CriticConfig DEFAULT = new CriticConfig(0, List.of(), false, false);

  public CriticConfig {
    criticHiddenSizes = List.copyOf(criticHiddenSizes);
    Ranges.require(
        CriticConfig.class,
        criticLearningRate,
        criticHiddenSizes,
        normValueTargets,
        recomputeAdvantages);
  }
}
