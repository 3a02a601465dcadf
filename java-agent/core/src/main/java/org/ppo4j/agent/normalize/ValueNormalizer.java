package org.ppo4j.agent.normalize;

import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;

/**
 * The units of a critic that predicts normalised returns: a value is {@code mean + deviation *
 * output}. Mean and deviation are those of all returns so far, as in {@code normalize_v_targets} of
 * SLM-Lab and the value normalisation of MAPPO (Yu et al. 2022). They change once in each update,
 * between the estimation of advantages and the first epoch; unlike in PopArt (van Hasselt et al.
 * 2016), the critic's last layer does not change with them.
 */
public final class ValueNormalizer implements Stateful {
  private static final String NAME = "value_targets";

  private final RunningMeanStd statistics = new RunningMeanStd(1);
  private Units current = units();

  /** The units before the last update; those of a critic that is one update behind. */
  private Units previous = current;

  /** What an output of 0 means, and how far apart outputs of 0 and 1 are. */
  private record Units(double mean, double deviation) {}

  private Units units() {
    return new Units(
        statistics.mean(0), Math.sqrt(statistics.variance(0) + FeatureTransform.EPSILON));
  }

  /**
   * Converts outputs of the critic to values.
   *
   * @param lag how many updates the critic is behind, 0 or 1
   * @param outputs the outputs, {@code [n]}
   * @param values receives the values, {@code [n]}; may be {@code outputs}
   */
  public void denormalize(int lag, float[] outputs, float[] values) {
    Units units = lag == 0 ? current : previous;
    for (int i = 0; i < outputs.length; i++) {
      values[i] = (float) (units.mean + units.deviation * outputs[i]);
    }
  }

  /**
   * Converts returns to what the critic learns.
   *
   * @param returns the returns, {@code [n]}
   * @param targets receives the normalised returns, {@code [n]}
   */
  public void normalize(float[] returns, float[] targets) {
    for (int i = 0; i < returns.length; i++) {
      targets[i] = (float) ((returns[i] - current.mean) / current.deviation);
    }
  }

  /** Adds the returns of a rollout to the statistics. */
  public void update(float[] returns) {
    double[] batch = new double[returns.length];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = returns[i];
    }
    statistics.update(batch, 0, batch.length);
    previous = current;
    current = units();
  }

  @Override
  public void save(TrainingState state) {
    statistics.save(state, NAME);
    state.put(NAME + "/previous", new double[] {previous.mean, previous.deviation});
  }

  @Override
  public void restore(TrainingState state) {
    start(state);
    double[] saved = state.doubles(NAME + "/previous", 2);
    previous = new Units(saved[0], saved[1]);
  }

  /** Takes over the units of a critic that another training starts from. */
  public void start(TrainingState state) {
    statistics.restore(state, NAME);
    current = units();
    previous = current;
  }
}
