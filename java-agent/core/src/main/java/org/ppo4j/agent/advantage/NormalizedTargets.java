package org.ppo4j.agent.advantage;

import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/** Another estimator, for a critic that predicts normalised returns. */
final class NormalizedTargets implements AdvantageEstimator {
  private final AdvantageEstimator estimator;
  private final ValueNormalizer normalizer;

  NormalizedTargets(AdvantageEstimator estimator, ValueNormalizer normalizer) {
    this.estimator = estimator;
    this.normalizer = normalizer;
  }

  @Override
  public void estimate(Rollout rollout) {
    denormalize(rollout, rollout.lag);
    estimator.estimate(rollout);
    normalizer.update(rollout.returns);
    normalizer.normalize(rollout.returns, rollout.targets);
  }

  /** Keeps the units, in which the critic has learnt since the estimate. */
  @Override
  public void reestimate(Rollout rollout) {
    denormalize(rollout, 0);
    estimator.reestimate(rollout);
    normalizer.normalize(rollout.returns, rollout.targets);
  }

  private void denormalize(Rollout rollout, int lag) {
    System.arraycopy(rollout.values, 0, rollout.criticOutputs, 0, rollout.rows());
    normalizer.denormalize(lag, rollout.criticOutputs, rollout.values);
    normalizer.denormalize(lag, rollout.finalValues, rollout.finalValues);
    normalizer.denormalize(lag, rollout.lastValues, rollout.lastValues);
    rollout.bootstrapInterrupted();
  }

  @Override
  public void save(TrainingState state) {
    estimator.save(state);
    normalizer.save(state);
  }

  @Override
  public void restore(TrainingState state) {
    estimator.restore(state);
    normalizer.restore(state);
  }
}
