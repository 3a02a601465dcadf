package org.ppo4j.agent.advantage;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.Stateful;

/** Computes what the policy and the critic learn from in a rollout. */
public interface AdvantageEstimator extends Stateful {

  /**
   * Returns the estimator of an algorithm.
   *
   * @param network the networks that learn
   * @param distribution the distribution of their actions, which other parts may not use
   */
  static AdvantageEstimator of(
      Algorithm algorithm,
      AdvantageConfig config,
      ActorCritic network,
      ActionDistribution distribution) {
    return of(algorithm, config, network, distribution, null);
  }

  /**
   * Returns the estimator of an algorithm.
   *
   * @param network the networks that learn
   * @param distribution the distribution of their actions, which other parts may not use
   * @param normalizer the units of a critic that predicts normalised returns; null for one that
   *     predicts returns
   */
  static AdvantageEstimator of(
      Algorithm algorithm,
      AdvantageConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      @Nullable ValueNormalizer normalizer) {
    AdvantageEstimator estimator =
        switch (algorithm) {
          case MONTE_CARLO -> new MonteCarloReturns(config);
          case APPO -> new VTrace(config, network, distribution, normalizer);
          case GRPO -> new GroupRelative(config);
          default -> new GeneralizedAdvantage(config);
        };
    return normalized(config, estimator, normalizer);
  }

  /**
   * Returns the estimator, with its advantages normalised over the rollout if so configured, for a
   * critic in the units of {@code normalizer}; null for one that predicts returns.
   */
  static AdvantageEstimator normalized(
      AdvantageConfig config, AdvantageEstimator estimator, @Nullable ValueNormalizer normalizer) {
    AdvantageEstimator inUnits =
        normalizer == null ? estimator : new NormalizedTargets(estimator, normalizer);
    return config.normAdvRollout() ? new NormalizedAdvantages(inUnits) : inUnits;
  }

  /**
   * Writes the rollout's advantages and returns.
   *
   * @param rollout T steps of N environments with everything but advantages and returns
   */
  void estimate(Rollout rollout);

  /**
   * Writes the advantages and returns of the last rollout again, in the middle of its update.
   *
   * @implSpec The default implementation calls {@link #estimate}.
   * @param rollout the rollout of the last {@link #estimate}, with values by the networks as they
   *     are now
   */
  default void reestimate(Rollout rollout) {
    estimate(rollout);
  }
}
