package org.ppo4j.agent.advantage;

import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.network.ActorCritic;
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
    AdvantageEstimator estimator =
        switch (algorithm) {
          case MONTE_CARLO -> new MonteCarloReturns(config);
          case APPO -> new VTrace(config, network, distribution);
          case GRPO -> new GroupRelative(config);
          default -> new GeneralizedAdvantage(config);
        };
    return normalized(config, estimator);
  }

  /** Returns the estimator, with its advantages normalised over the rollout if so configured. */
  static AdvantageEstimator normalized(AdvantageConfig config, AdvantageEstimator estimator) {
    return config.normAdvRollout() ? new NormalizedAdvantages(estimator) : estimator;
  }

  /**
   * Writes the rollout's advantages and returns.
   *
   * @param rollout T steps of N environments with everything but advantages and returns
   */
  void estimate(Rollout rollout);
}
