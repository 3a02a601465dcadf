package org.ppo4j.tokens.loss;

/** Losses on pairs of a chosen and a rejected completion, as TRL computes them. */
public final class PairLosses {
  /** DPO's losses, TRL's {@code loss_type}. */
  public enum Dpo {
    /** Rafailov et al. 2023; with label smoothing Mitchell's conservative form. */
    SIGMOID,
    /** SLiC (Zhao et al. 2023). */
    HINGE,
    /** Azar et al. 2023, on means over tokens. */
    IPO
  }

  private PairLosses() {}

  /**
   * The loss of a pair.
   *
   * @param slope the derivative for the margin
   */
  public record Value(double loss, double slope) {}

  /**
   * Returns DPO's loss of a pair.
   *
   * @param margin the log ratio of policy and reference of the chosen completion, minus that of the
   *     rejected one; of sums over tokens, or for {@link Dpo#IPO} of means
   * @param smoothing the probability that the pair is the other way round
   */
  public static Value dpo(Dpo kind, double margin, double beta, double smoothing) {
    double scaled = beta * margin;
    return switch (kind) {
      case SIGMOID ->
          new Value(
              -(1 - smoothing) * logSigmoid(scaled) - smoothing * logSigmoid(-scaled),
              beta * (-(1 - smoothing) * sigmoid(-scaled) + smoothing * sigmoid(scaled)));
      case HINGE -> new Value(Math.max(0, 1 - scaled), scaled < 1 ? -beta : 0);
      case IPO -> {
        double error = margin - 1 / (2 * beta);
        yield new Value(error * error, 2 * error);
      }
    };
  }

  /** Returns the loss of a pair's rewards (Bradley and Terry 1952) by their difference. */
  public static Value reward(double difference) {
    return new Value(-logSigmoid(difference), -sigmoid(-difference));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** Returns log(1 / (1 + e^-x)) without overflow. */
  static double logSigmoid(double x) {
    return Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
  }
}
