package org.ppo4j.agent.loss;

import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.Ranges;

/** The terms of the loss and their weights. */
public record LossConfig(
    @Hyperparameter("whether advantages are normalised in each minibatch") boolean normAdv,
    @Hyperparameter(value = "clip range of the surrogate", in = "(0, inf)") double clipCoef,
    @Hyperparameter("whether the clip range falls linearly towards 0 over the training")
        boolean annealClipCoef,
    @Hyperparameter("whether the value loss is clipped, by the clip range of the surrogate too")
        boolean clipVloss,
    @Hyperparameter(value = "weight of the entropy bonus", in = "[0, inf)") double entCoef,
    @Hyperparameter(value = "weight of the value loss", in = "[0, inf)") double vfCoef) {

  public LossConfig {
    Ranges.require(LossConfig.class, normAdv, clipCoef, annealClipCoef, clipVloss, entCoef, vfCoef);
  }

  /** Returns the defaults, those of CleanRL in every profile. */
  public static LossConfig of(boolean continuous) {
    boolean normAdv = true;
    double clipCoef = 0.2;
    boolean annealClipCoef = false;
    boolean clipVloss = true;
    double entCoef = continuous ? 0 : 0.01;
    double vfCoef = 0.5;
    return new LossConfig(normAdv, clipCoef, annealClipCoef, clipVloss, entCoef, vfCoef);
  }
}
