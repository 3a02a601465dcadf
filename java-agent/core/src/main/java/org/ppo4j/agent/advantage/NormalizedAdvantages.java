package org.ppo4j.agent.advantage;

import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/** Another estimator's advantages with mean 0 and sample deviation 1 over the rollout. */
final class NormalizedAdvantages implements AdvantageEstimator {
  private final AdvantageEstimator estimator;

  NormalizedAdvantages(AdvantageEstimator estimator) {
    this.estimator = estimator;
  }

  @Override
  public void estimate(Rollout rollout) {
    estimator.estimate(rollout);
    normalize(rollout.advantages);
  }

  @Override
  public void reestimate(Rollout rollout) {
    estimator.reestimate(rollout);
    normalize(rollout.advantages);
  }

  private static void normalize(float[] advantages) {
    double sum = 0;
    for (float each : advantages) {
      sum += each;
    }
    double mean = sum / advantages.length;
    double squares = 0;
    for (float each : advantages) {
      squares += (each - mean) * (each - mean);
    }
    double scale = 1 / (Math.sqrt(squares / Math.max(1, advantages.length - 1)) + 1e-8);
    for (int i = 0; i < advantages.length; i++) {
      advantages[i] = (float) ((advantages[i] - mean) * scale);
    }
  }

  @Override
  public void save(TrainingState state) {
    estimator.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    estimator.restore(state);
  }
}
