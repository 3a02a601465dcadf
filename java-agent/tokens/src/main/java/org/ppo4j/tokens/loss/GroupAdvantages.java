package org.ppo4j.tokens.loss;

/** Advantages of completions relative to the others of the same prompt, as TRL 1.16 has them. */
public final class GroupAdvantages {
  private static final double EPS = 1e-4;

  /** What centred rewards are divided by, TRL's {@code scale_rewards}. */
  public enum Scale {
    /** The group's standard deviation (Shao et al. 2024). */
    GROUP,
    /** The batch's standard deviation. */
    BATCH,
    /** Nothing (Liu et al. 2025). */
    NONE
  }

  private GroupAdvantages() {}

  /**
   * Returns GRPO's advantages: rewards minus the group's mean, by a deviation plus 1e-4.
   *
   * @param rewards one for each completion, {@code group} of each prompt one after the other
   * @param group at least 2
   */
  public static double[] grpo(double[] rewards, int group, Scale scale) {
    double[] advantages = new double[rewards.length];
    double batch = deviation(rewards, 0, rewards.length);
    for (int from = 0; from < rewards.length; from += group) {
      double mean = mean(rewards, from, from + group);
      double divisor =
          switch (scale) {
            case GROUP -> deviation(rewards, from, from + group) + EPS;
            case BATCH -> batch + EPS;
            case NONE -> 1;
          };
      for (int i = from; i < from + group; i++) {
        advantages[i] = (rewards[i] - mean) / divisor;
      }
    }
    return advantages;
  }

  /**
   * Returns RLOO's advantages: rewards minus the mean of the others of the group (Ahmadian et al.
   * 2024).
   *
   * @param normalize whether to centre them and divide them by the batch's deviation plus 1e-4
   */
  public static double[] rloo(double[] rewards, int group, boolean normalize) {
    double[] advantages = new double[rewards.length];
    for (int from = 0; from < rewards.length; from += group) {
      double sum = 0;
      for (int i = from; i < from + group; i++) {
        sum += rewards[i];
      }
      for (int i = from; i < from + group; i++) {
        advantages[i] = rewards[i] - (sum - rewards[i]) / (group - 1);
      }
    }
    if (normalize) {
      double mean = mean(advantages, 0, advantages.length);
      double divisor = deviation(advantages, 0, advantages.length) + EPS;
      for (int i = 0; i < advantages.length; i++) {
        advantages[i] = (advantages[i] - mean) / divisor;
      }
    }
    return advantages;
  }

  private static double mean(double[] x, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += x[i];
    }
    return sum / (to - from);
  }

  private static double deviation(double[] x, int from, int to) {
    double mean = mean(x, from, to);
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += (x[i] - mean) * (x[i] - mean);
    }
    return Math.sqrt(sum / (to - from - 1));
  }
}
