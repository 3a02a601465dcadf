package org.ppo4j.agent.loss;

import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The terms of the loss and their weights. */
public record LossConfig(
    @Hyperparameter("whether advantages are normalised in each minibatch") boolean normAdv,
    @Hyperparameter(
            value = "clip range of the surrogate; of spo, the ratio's distance from 1 at its best",
            in = "(0, inf)",
            except = {Algorithm.PPO_PENALTY, Algorithm.A2C, Algorithm.TRPO})
        double clipCoef,
    @Hyperparameter(
            value = "whether the clip range falls linearly towards 0 over the training",
            except = {Algorithm.PPO_PENALTY, Algorithm.A2C, Algorithm.TRPO})
        boolean annealClipCoef,
    @Hyperparameter(
            value = "whether the value loss is clipped, by the clip range of the surrogate too",
            except = {Algorithm.PPO_PENALTY, Algorithm.A2C, Algorithm.TRPO})
        boolean clipVloss,
    @Hyperparameter(value = "weight of the entropy bonus", in = "[0, inf)", except = Algorithm.TRPO)
        double entCoef,
    @Hyperparameter(value = "weight of the value loss", in = "[0, inf)", except = Algorithm.GRPO)
        double vfCoef,
    @Hyperparameter(
            value = "error from which the value loss is linear, as Huber's; Infinity for never",
            in = "(0, inf]",
            except = {Algorithm.TRPO, Algorithm.GRPO})
        double huberDelta,
    @Hyperparameter(
            value = "weight of the KL penalty at the start",
            in = "[0.0001, 10000]",
            of = Algorithm.PPO_PENALTY)
        double klBeta,
    @Hyperparameter(
            value = "bound of the random shift of the mean in updates",
            in = "[0, inf)",
            of = Algorithm.RPO)
        double rpoAlpha) {

  public LossConfig {
    Ranges.require(
        LossConfig.class,
        normAdv,
        clipCoef,
        annealClipCoef,
        clipVloss,
        entCoef,
        vfCoef,
        huberDelta,
        klBeta,
        rpoAlpha);
  }

  /**
   * Returns the defaults: those of CleanRL's PPO in every profile; of A2C those of
   * Stable-Baselines3 and of TRPO those of sb3-contrib, whose value losses are the whole squared
   * error and not half of it. GRPO has no critic.
   */
  public static LossConfig of(Algorithm algorithm, boolean continuous) {
    boolean normAdv = algorithm != Algorithm.A2C && algorithm != Algorithm.GRPO;
    double clipCoef = 0.2;
    boolean annealClipCoef = false;
    boolean clipVloss =
        switch (algorithm) {
          case PPO_PENALTY, A2C, TRPO, GRPO -> false;
          default -> true;
        };
    double entCoef = continuous || algorithm == Algorithm.TRPO ? 0 : 0.01;
    double vfCoef =
        switch (algorithm) {
          case A2C -> 1;
          case TRPO -> 2;
          case GRPO -> 0;
          default -> 0.5;
        };
    double huberDelta = Double.POSITIVE_INFINITY;
    double klBeta = 1;
    double rpoAlpha = 0.01;
    return new LossConfig(
        normAdv,
        clipCoef,
        annealClipCoef,
        clipVloss,
        entCoef,
        vfCoef,
        huberDelta,
        klBeta,
        rpoAlpha);
  }
}
