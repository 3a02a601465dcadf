package org.ppo4j.agent.advantage;

import java.util.Arrays;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/**
 * Returns of episodes, relative to those of the group that started from the same state (Shao et al.
 * 2024, section 4.1.2, outcome supervision; TRL's {@code grpo_trainer.py}). Each step of an episode
 * with return R has the advantage
 *
 * <pre>
 *   A = (R - mean) / (std + 1e-4)
 * </pre>
 *
 * with the mean and the sample standard deviation over the group. R is discounted from the start of
 * the episode; of an episode that the rollout cuts, it is the return so far. An episode that an
 * interrupted step ends has no return: its advantages are 0, and the group is without it.
 */
public final class GroupRelative implements AdvantageEstimator {
  private static final double EPSILON = 1e-4;

  private final double gamma;
  private final int groupSize;

  /** Creates the estimator; of {@code config} it reads gamma and the size of groups. */
  public GroupRelative(AdvantageConfig config) {
    gamma = config.gamma();
    groupSize = config.groupSize();
  }

  /** Writes the advantages; those of skipped rows are 0, as are all returns: there is no critic. */
  @Override
  public void estimate(Rollout rollout) {
    Arrays.fill(rollout.returns, 0);
    int n = rollout.numEnvs();
    int[] ends = new int[n];
    double[] returns = new double[n];
    for (int first = 0; first < n; first += groupSize) {
      for (int start = 0; start < rollout.numSteps(); ) {
        int next = start;
        for (int env = first; env < first + groupSize; env++) {
          ends[env] = end(rollout, env, start);
          boolean isLost = rollout.interrupted.get((ends[env] - 1) * n + env);
          returns[env] = isLost ? Double.NaN : discounted(rollout, env, start, ends[env]);
          next = Math.max(next, ends[env]);
        }
        normalize(returns, first);
        for (int env = first; env < first + groupSize; env++) {
          for (int t = start; t < next; t++) {
            rollout.advantages[t * n + env] = t < ends[env] ? (float) returns[env] : 0;
          }
        }
        start = next;
      }
    }
  }

  /** Returns the step after the last of the episode that starts at a step, at most T. */
  private static int end(Rollout rollout, int env, int start) {
    for (int t = start; t < rollout.numSteps(); t++) {
      int at = t * rollout.numEnvs() + env;
      if (rollout.terminated[at] || rollout.truncated[at]) {
        return t + 1;
      }
    }
    return rollout.numSteps();
  }

  private double discounted(Rollout rollout, int env, int start, int end) {
    double sum = 0;
    for (int t = end - 1; t >= start; t--) {
      sum = rollout.rewards[t * rollout.numEnvs() + env] + gamma * sum;
    }
    return sum;
  }

  /** Replaces the returns of a group by advantages; those of lost episodes, NaN, by 0. */
  private void normalize(double[] returns, int first) {
    int count = 0;
    double sum = 0;
    for (int env = first; env < first + groupSize; env++) {
      if (!Double.isNaN(returns[env])) {
        count++;
        sum += returns[env];
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (int env = first; env < first + groupSize; env++) {
      if (!Double.isNaN(returns[env])) {
        squares += (returns[env] - mean) * (returns[env] - mean);
      }
    }
    double scale = 1 / (Math.sqrt(squares / Math.max(1, count - 1)) + EPSILON);
    for (int env = first; env < first + groupSize; env++) {
      returns[env] = Double.isNaN(returns[env]) ? 0 : (returns[env] - mean) * scale;
    }
  }

  /** Saves nothing: estimates depend on the rollout alone. */
  @Override
  public void save(TrainingState state) {}

  @Override
  public void restore(TrainingState state) {}
}
