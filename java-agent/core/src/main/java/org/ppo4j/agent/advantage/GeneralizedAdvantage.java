package org.ppo4j.agent.advantage;

import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/** Generalised advantage estimation (Schulman et al. 2016), detail 5. */
public final class GeneralizedAdvantage implements AdvantageEstimator {
  private final AdvantageConfig config;

  /**
   * Creates the estimator.
   *
   * @param config gamma, lambda, and whether truncated steps are bootstrapped; if not, V'_t is 0
   *     for them too, as in CleanRL
   */
  public GeneralizedAdvantage(AdvantageConfig config) {
    this.config = config;
  }

  /**
   * Writes the rollout's advantages and returns:
   *
   * <pre>
   *   delta_t = r_t + gamma V'_t - V_t
   *   A_t     = delta_t + gamma lambda (1 - done_t) A_{t+1}
   *   R_t     = A_t + V_t
   * </pre>
   *
   * where V'_t, the value of the state after step t, is 0 if the step terminated the episode, the
   * value of the final observation if it truncated the episode, and V_{t+1} otherwise.
   */
  @Override
  public void estimate(Rollout rollout) {
    double gamma = config.gamma();
    double lambda = config.gaeLambda();
    int n = rollout.numEnvs();
    for (int env = 0; env < n; env++) {
      double advantage = 0;
      double nextValue = rollout.lastValues[env];
      for (int t = rollout.numSteps() - 1; t >= 0; t--) {
        int at = t * n + env;
        boolean done = rollout.terminated[at] || rollout.truncated[at];
        if (done) {
          boolean hasFuture = config.bootstrapTruncated() && !rollout.terminated[at];
          nextValue = hasFuture ? rollout.finalValues[at] : 0;
          advantage = 0;
        }
        double delta = rollout.rewards[at] + gamma * nextValue - rollout.values[at];
        advantage = delta + gamma * lambda * advantage;
        rollout.advantages[at] = (float) advantage;
        rollout.returns[at] = (float) (advantage + rollout.values[at]);
        nextValue = rollout.values[at];
      }
    }
  }

  /** Saves nothing: estimates depend on the rollout alone. */
  @Override
  public void save(TrainingState state) {}

  @Override
  public void restore(TrainingState state) {}
}
