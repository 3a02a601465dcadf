package org.ppo4j.agent.normalize;

import java.util.Arrays;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.StepBatch;

/**
 * Divides rewards by the running standard deviation of the discounted return, without removing its
 * mean, and clips them (details 30 and 31).
 *
 * <p>With statistics per environment it is Gymnasium 0.29's {@code NormalizeReward}: the return is
 * set to zero on the terminal step itself, whose reward counts for the next episode, and is not
 * reset on truncation. With shared statistics the return starts again after every episode, as in
 * SB3's {@code VecNormalize}.
 */
public final class RewardNormalizer {
  private static final double EPSILON = 1e-8;

  private final double gamma;
  private final double clip;
  private final boolean normalizes;
  private final boolean perEnv;
  private final RunningMeanStd[] statistics;

  /** Discounted returns, {@code [N]}. */
  private final double[] returns;

  /**
   * Creates a normaliser for {@code numEnvs} environments.
   *
   * @param gamma the discount of the returns whose standard deviation divides rewards
   */
  public RewardNormalizer(NormalizeConfig config, double gamma, int numEnvs) {
    this.gamma = gamma;
    clip = config.clipReward();
    normalizes = config.normReward();
    perEnv = config.normalizerPerEnv();
    returns = new double[numEnvs];
    statistics = new RunningMeanStd[perEnv ? returns.length : 1];
    Arrays.setAll(statistics, i -> new RunningMeanStd(1));
  }

  /** Starts new episodes in all environments. */
  public void reset() {
    Arrays.fill(returns, 0);
  }

  /** Starts a new episode in one environment. */
  public void reset(int env) {
    returns[env] = 0;
  }

  /**
   * Adds a step's rewards to the statistics and writes the N normalised rewards to {@code out},
   * starting at {@code offset}.
   */
  public void step(StepBatch batch, float[] out, int offset) {
    int n = returns.length;
    if (!normalizes) {
      for (int env = 0; env < n; env++) {
        out[offset + env] = (float) batch.rewards[env];
      }
      return;
    }
    for (int env = 0; env < n; env++) {
      double past = perEnv && batch.terminated[env] ? 0 : returns[env];
      returns[env] = past * gamma + batch.rewards[env];
      if (perEnv) {
        statistics[env].update(returns, env, 1);
      }
    }
    if (!perEnv) {
      statistics[0].update(returns, 0, n);
    }
    for (int env = 0; env < n; env++) {
      double deviation = Math.sqrt(statistics[perEnv ? env : 0].variance(0) + EPSILON);
      out[offset + env] = (float) Math.clamp(batch.rewards[env] / deviation, -clip, clip);
      if (!perEnv && batch.isDone(env)) {
        returns[env] = 0;
      }
    }
  }

  /** Saves the statistics and running returns under {@code rewards/}. */
  public void save(TrainingState state) {
    state.put("rewards/returns", returns);
    for (int i = 0; i < statistics.length; i++) {
      statistics[i].save(state, "rewards/" + i);
    }
  }

  /** Restores the statistics and running returns from {@code rewards/}. */
  public void restore(TrainingState state) {
    System.arraycopy(
        state.doubles("rewards/returns", returns.length), 0, returns, 0, returns.length);
    for (int i = 0; i < statistics.length; i++) {
      statistics[i].restore(state, "rewards/" + i);
    }
  }
}
