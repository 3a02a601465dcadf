package org.ppo4j.agent.advantage;

import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.normalize.ValueNormalizer;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;

/**
 * V-trace (Espeholt et al. 2018, equation 1 and remark 2) with lambda: advantages and targets of
 * the current networks from actions of older ones. With r the ratio of the current and the acting
 * probability of an action and rho = min(1, r):
 *
 * <pre>
 *   delta_t = reward_t + gamma V'_t - V_t
 *   v_t     = V_t + rho_t (delta_t + gamma lambda (1 - done_t) (v_{t+1} - V_{t+1}))
 *   A_t     = delta_t + gamma lambda (1 - done_t) (v_{t+1} - V_{t+1})
 * </pre>
 *
 * <p>V_t is by the current critic; the values after the rollout's last step and of final
 * observations are by the acting one. The targets v_t are the returns. The advantages are not
 * multiplied by rho, because the surrogate multiplies them by r. If both policies are the same, all
 * numbers are those of {@link GeneralizedAdvantage}, bit for bit.
 */
public final class VTrace implements AdvantageEstimator {
  private static final int CHUNK = 256;

  private final AdvantageConfig config;
  private final ActorCritic network;
  private final ActionDistribution distribution;
  private final @Nullable ValueNormalizer normalizer;
  private final float[] observations;
  private final byte[] images;
  private final float[] actions;
  private final float[] outputs;
  private final float[] values = new float[CHUNK];
  private final float[] logProbs = new float[CHUNK];
  private final float[] entropies = new float[CHUNK];

  /** Of the last rollout. */
  private double[] ratios = {};

  /**
   * Creates the estimator.
   *
   * @param network the networks that learn
   * @param distribution the distribution of their actions
   */
  public VTrace(AdvantageConfig config, ActorCritic network, ActionDistribution distribution) {
    this(config, network, distribution, null);
  }

  VTrace(
      AdvantageConfig config,
      ActorCritic network,
      ActionDistribution distribution,
      @Nullable ValueNormalizer normalizer) {
    this.normalizer = normalizer;
    this.config = config;
    this.network = network;
    this.distribution = distribution;
    observations = new float[CHUNK * network.rowSize()];
    images = new byte[CHUNK * network.shape().imageBytes()];
    actions = new float[CHUNK * distribution.actionSize()];
    outputs = new float[CHUNK * network.shape().policyOutputs()];
  }

  /** Writes advantages and returns, and replaces the values by those of the current critic. */
  @Override
  public void estimate(Rollout rollout) {
    ratios = new double[rollout.rows()];
    int features = rollout.features();
    int actionSize = rollout.actionSize();
    for (int from = 0; from < ratios.length; from += CHUNK) {
      int rows = Math.min(CHUNK, ratios.length - from);
      System.arraycopy(rollout.observations, from * features, observations, 0, rows * features);
      rollout.images.get(from, rows, images, 0);
      network.images(images);
      System.arraycopy(rollout.actions, from * actionSize, actions, 0, rows * actionSize);
      network.forward(observations, rows, outputs, values);
      distribution.evaluate(outputs, rows, network.parameters(), actions, logProbs, entropies);
      System.arraycopy(values, 0, rollout.criticOutputs, from, rows);
      for (int i = 0; i < rows; i++) {
        ratios[from + i] = Math.exp(logProbs[i] - rollout.logProbs[from + i]);
      }
    }
    if (normalizer != null) {
      normalizer.denormalize(0, rollout.criticOutputs, rollout.values);
    }
    estimate(rollout, ratios, config);
  }

  /** Keeps the ratios, those of the policy that the update started with. */
  @Override
  public void reestimate(Rollout rollout) {
    estimate(rollout, ratios, config);
  }

  static void estimate(Rollout rollout, double[] ratios, AdvantageConfig config) {
    double gamma = config.gamma();
    double lambda = config.gaeLambda();
    int n = rollout.numEnvs();
    rollout.bootstrapInterrupted(); // again, because the values are the current critic's
    for (int env = 0; env < n; env++) {
      double correction = 0;
      double nextValue = rollout.lastValues[env];
      for (int t = rollout.numSteps() - 1; t >= 0; t--) {
        int at = t * n + env;
        if (rollout.terminated[at] || rollout.truncated[at]) {
          boolean hasFuture = config.bootstrapTruncated() && !rollout.terminated[at];
          nextValue = hasFuture ? rollout.finalValues[at] : 0;
          correction = 0;
        }
        double delta = rollout.rewards[at] + gamma * nextValue - rollout.values[at];
        double advantage = delta + gamma * lambda * correction;
        correction = Math.min(1, ratios[at]) * advantage;
        rollout.advantages[at] = (float) advantage;
        rollout.returns[at] = (float) (correction + rollout.values[at]);
        nextValue = rollout.values[at];
      }
    }
  }

  /** Saves nothing: estimates depend on the rollout and the networks alone. */
  @Override
  public void save(TrainingState state) {}

  @Override
  public void restore(TrainingState state) {}
}
