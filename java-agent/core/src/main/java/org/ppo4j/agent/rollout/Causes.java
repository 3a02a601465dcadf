package org.ppo4j.agent.rollout;

import java.util.List;
import java.util.Locale;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.numeric.NonFiniteException;

/** Finds out why a number that the training computed is not finite. */
public final class Causes {
  /** Deviations of e^20 are 4.9e8; log standard deviations start between -20 and 20. */
  static final double LARGE_LOG_STD = 20;

  /**
   * Features and rewards that networks learn from are about 1; those of this size swamp the rest.
   */
  static final double LARGE = 1e6;

  private Causes() {}

  /**
   * Returns an exception with the cause in its message, if the training computed the number.
   *
   * @param features the features of observations, of any number of rows
   * @param network the networks
   */
  public static NonFiniteException explained(
      NonFiniteException e, float[] features, ActorCritic network) {
    return explained(e, features, new float[0], network);
  }

  /**
   * Returns an exception with the cause in its message, if the training computed the number.
   *
   * @param rollout the rollout that was learnt from
   * @param network the networks
   */
  public static NonFiniteException explained(
      NonFiniteException e, Rollout rollout, ActorCritic network) {
    return explained(e, rollout.observations, rollout.rewards, network);
  }

  private static NonFiniteException explained(
      NonFiniteException e, float[] features, float[] rewards, ActorCritic network) {
    if (!e.isComputed()) {
      return e;
    }
    int from = network.shape().logStdOffset();
    for (int i = 0; i < network.shape().logStdSize(); i++) {
      float logStd = network.parameters()[from + i];
      if (Math.abs(logStd) > LARGE_LOG_STD) { // false for NaN, whose cause is another
        return e.because(
            "the %s is %s: train again with a smaller entCoef, a logStdInit closer to 0 or a lower learningRate"
                .formatted(network.shape().describe(from + i), logStd),
            List.of("entCoef", "logStdInit", "learningRate"));
      }
    }
    double feature = largest(features);
    if (feature > LARGE) {
      return e.because(
          String.format(
              Locale.ROOT,
              "observations reach %.2g: normalise them with normObs, or scale them in the environment",
              feature),
          List.of("normObs"));
    }
    double reward = largest(rewards); // not returns, which contain what the critic predicts
    if (reward > LARGE) {
      return e.because(
          String.format(
              Locale.ROOT,
              "rewards reach %.2g: normalise them with normReward, or scale them in the environment",
              reward),
          List.of("normReward"));
    }
    return e;
  }

  private static double largest(float[] numbers) {
    double largest = 0;
    for (float number : numbers) {
      largest = Math.abs(number) > largest ? Math.abs(number) : largest;
    }
    return largest;
  }
}
