package org.ppo4j.agent.advantage;

import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/**
 * Discounted returns, normalised over the batch:
 *
 * <pre>
 *   G_t = r_t + gamma G_{t+1}
 *   R_t = (G_t - mean(G)) / (std(G) + 1e-8)
 *   A_t = R_t - V_t
 * </pre>
 *
 * with the sample standard deviation. The critic learns normalised returns. Where a rollout cuts an
 * episode, or a truncated episode is bootstrapped, G continues with the value in units of rewards,
 * {@code V * std + mean}, by the mean and deviation of the previous batch; these are 0 and 1 before
 * the first. The G of an interrupted step is its value in those units.
 */
public final class MonteCarloReturns implements AdvantageEstimator {
  private final AdvantageConfig config;
  private double mean;
  private double std = 1;

  /** Creates the estimator; {@code config}'s lambda is not used. */
  public MonteCarloReturns(AdvantageConfig config) {
    this.config = config;
  }

  @Override
  public void estimate(Rollout rollout) {
    int n = rollout.numEnvs();
    double[] returns = new double[rollout.rows()];
    for (int env = 0; env < n; env++) {
      double next = reward(rollout.lastValues[env]);
      for (int t = rollout.numSteps() - 1; t >= 0; t--) {
        int at = t * n + env;
        if (rollout.interrupted.get(at)) {
          next = reward(rollout.values[at]);
          returns[at] = next;
          continue;
        }
        if (rollout.terminated[at]) {
          next = 0;
        } else if (rollout.truncated[at]) {
          next = config.bootstrapTruncated() ? reward(rollout.finalValues[at]) : 0;
        }
        next = rollout.rewards[at] + config.gamma() * next;
        returns[at] = next;
      }
    }
    normalize(returns);
    for (int i = 0; i < returns.length; i++) {
      rollout.returns[i] = (float) returns[i];
      rollout.advantages[i] = (float) (returns[i] - rollout.values[i]);
    }
  }

  private double reward(float value) {
    return value * std + mean;
  }

  private void normalize(double[] returns) {
    double sum = 0;
    for (double each : returns) {
      sum += each;
    }
    mean = sum / returns.length;
    double squares = 0;
    for (double each : returns) {
      squares += (each - mean) * (each - mean);
    }
    std = Math.sqrt(squares / Math.max(1, returns.length - 1));
    for (int i = 0; i < returns.length; i++) {
      returns[i] = (returns[i] - mean) / (std + 1e-8);
    }
  }

  @Override
  public void save(TrainingState state) {
    state.put("returns/mean_std", new double[] {mean, std});
  }

  @Override
  public void restore(TrainingState state) {
    double[] saved = state.doubles("returns/mean_std", 2);
    mean = saved[0];
    std = saved[1];
  }
}
