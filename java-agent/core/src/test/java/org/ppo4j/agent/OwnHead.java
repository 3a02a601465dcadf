package org.ppo4j.agent;

import org.apache.commons.rng.UniformRandomProvider;
import org.ppo4j.agent.action.OwnDistribution;

/** Two actions by one logit. */
public final class OwnHead extends OwnDistribution {
  @Override
  protected double sample(double logit, UniformRandomProvider random) {
    return random.nextDouble() < sigmoid(logit) ? 1 : 0;
  }

  @Override
  protected double mode(double logit) {
    return logit > 0 ? 1 : 0;
  }

  @Override
  protected double logProb(double logit, double action) {
    return Math.log(sigmoid(action == 1 ? logit : -logit));
  }

  @Override
  protected double logProbGradient(double logit, double action) {
    return action - sigmoid(logit);
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
