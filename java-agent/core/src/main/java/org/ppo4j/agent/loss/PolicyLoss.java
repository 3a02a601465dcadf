package org.ppo4j.agent.loss;

import org.ppo4j.agent.parameter.Algorithm;

/**
 * The loss of the policy for one transition, as a function of the ratio r of the new probability of
 * its action and the one that it was sampled with. {@link PpoLoss} takes the mean over a minibatch.
 */
public interface PolicyLoss {

  /** Returns the loss of an algorithm. */
  static PolicyLoss of(Algorithm algorithm) {
    return switch (algorithm) {
      case PPO, PPG, APPO, RPO, MONTE_CARLO, GRPO -> new Clipped();
      case PPO_PENALTY, TRPO -> new Surrogate();
      case A2C -> new LogProbability();
      case SPO -> new Quadratic();
    };
  }

  /**
   * Returns the loss.
   *
   * @param logProb the new log probability of the action
   * @param ratio r
   * @param advantage A, normalised if so configured
   * @param clipCoef the clip range of this update
   */
  double loss(double logProb, double ratio, double advantage, double clipCoef);

  /** Returns the derivative of the loss with respect to the new log probability. */
  double gradient(double ratio, double advantage, double clipCoef);

  /** The clipped surrogate, max(-A r, -A clip(r, 1 - c, 1 + c)): detail 8. */
  record Clipped() implements PolicyLoss {
    @Override
    public double loss(double logProb, double ratio, double advantage, double clipCoef) {
      return Math.max(-advantage * ratio, clipped(ratio, advantage, clipCoef));
    }

    @Override
    public double gradient(double ratio, double advantage, double clipCoef) {
      double unclipped = -advantage * ratio;
      return clipped(ratio, advantage, clipCoef) > unclipped ? 0 : unclipped;
    }

    private static double clipped(double ratio, double advantage, double clipCoef) {
      return -advantage * Math.clamp(ratio, 1 - clipCoef, 1 + clipCoef);
    }
  }

  /** The surrogate without a clip, -A r (Schulman et al. 2015, equation 14). */
  record Surrogate() implements PolicyLoss {
    @Override
    public double loss(double logProb, double ratio, double advantage, double clipCoef) {
      return -advantage * ratio;
    }

    @Override
    public double gradient(double ratio, double advantage, double clipCoef) {
      return -advantage * ratio;
    }
  }

  /** The policy gradient's -A log pi (Mnih et al. 2016; {@code a2c.py} of Stable-Baselines3). */
  record LogProbability() implements PolicyLoss {
    @Override
    public double loss(double logProb, double ratio, double advantage, double clipCoef) {
      return -advantage * logProb;
    }

    @Override
    public double gradient(double ratio, double advantage, double clipCoef) {
      return -advantage;
    }
  }

  /** Simple policy optimisation, -(A r - |A| / (2 c) (r - 1)^2) (Xie et al. 2024). */
  record Quadratic() implements PolicyLoss {
    @Override
    public double loss(double logProb, double ratio, double advantage, double clipCoef) {
      double step = ratio - 1;
      return Math.abs(advantage) / (2 * clipCoef) * step * step - advantage * ratio;
    }

    @Override
    public double gradient(double ratio, double advantage, double clipCoef) {
      return (Math.abs(advantage) / clipCoef * (ratio - 1) - advantage) * ratio;
    }
  }
}
