package org.ppo4j.tokens.loss;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** GRPO's loss (Shao et al. 2024) and its relatives, as TRL 1.16 computes them. */
public final class GrpoLoss {

  /** How the losses of tokens become one number, TRL's {@code loss_type}. */
  public enum Type {
    /** The mean over completions of the mean over their tokens. */
    GRPO,
    /** The mean over all tokens of the minibatch. */
    BNPO,
    /** The sum, by the number of completions times the maximum length (Liu et al. 2025). */
    DR_GRPO,
    /** The sum, by the number of tokens of the whole batch (Yu et al. 2025). */
    DAPO
  }

  /** Whose ratio is clipped, TRL's {@code importance_sampling_level}. */
  public enum Level {
    /** Each token's. */
    TOKEN,
    /** The completion's, the geometric mean of its tokens' (GSPO, Zheng et al. 2025). */
    SEQUENCE
  }

  /**
   * TRL's settings of the loss.
   *
   * @param delta the bound of the ratio where it is not clipped; infinite for none
   * @param beta the coefficient of the divergence from the reference
   * @param biasCorrection whether the divergence is multiplied by the ratio
   * @param maxCompletionLength the most tokens that a completion can have
   */
  public record Settings(
      Type type,
      Level level,
      double epsilon,
      double epsilonHigh,
      double delta,
      double beta,
      boolean biasCorrection,
      int maxCompletionLength) {}

  /**
   * What a minibatch came to.
   *
   * @param kl the mean divergence of its tokens, with the ratio if that is corrected
   * @param clipFraction the share of clipped ratios
   */
  public record Result(double loss, double kl, double clipFraction) {}

  private final Settings settings;
  private final Clip clip;

  /** Creates the loss. */
  public GrpoLoss(Settings settings) {
    this.settings = settings;
    clip = new Clip(settings.epsilon, settings.epsilonHigh, settings.delta);
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param advantages one for each completion
   * @param logps the log probabilities of the tokens by the policy, {@code [total]}
   * @param old by the policy that drew them
   * @param reference by the reference; null if beta is 0
   * @param batchTokens the number of tokens of the whole batch, for {@link Type#DAPO}
   * @param gradients for {@code logps}, {@code [total]}, written by the callee
   */
  public Result compute(
      Ragged completions,
      double[] advantages,
      double[] logps,
      double[] old,
      double @Nullable [] reference,
      double batchTokens,
      double[] gradients) {
    Arrays.fill(gradients, 0, completions.total(), 0);
    double loss = 0;
    double kl = 0;
    double clipped = 0;
    for (int i = 0; i < completions.count(); i++) {
      double weight = weight(completions, i, batchTokens);
      double sequenceLog = 0;
      for (int t = completions.start(i); t < completions.end(i); t++) {
        sequenceLog += (logps[t] - old[t]) / completions.length(i);
      }
      double sequenceSlope = 0;
      for (int t = completions.start(i); t < completions.end(i); t++) {
        boolean ofToken = settings.level == Level.TOKEN;
        double ratio = Math.exp(ofToken ? logps[t] - old[t] : sequenceLog);
        clip.at(ratio, advantages[i]);
        double tokenLoss = clip.loss;
        double ratioSlope = clip.slope;
        if (reference != null) {
          double difference = reference[t] - logps[t];
          double factor = settings.biasCorrection ? ratio : 1;
          double divergence = Math.exp(difference) - difference - 1;
          kl += divergence * factor;
          tokenLoss += settings.beta * divergence * factor;
          gradients[t] += weight * settings.beta * factor * (1 - Math.exp(difference));
          ratioSlope += settings.biasCorrection ? settings.beta * divergence : 0;
        }
        loss += weight * tokenLoss;
        clipped += clip.clipped ? 1 : 0;
        if (ofToken) {
          gradients[t] += weight * ratioSlope * ratio;
        } else {
          sequenceSlope += weight * ratioSlope * ratio / completions.length(i);
        }
      }
      for (int t = completions.start(i); t < completions.end(i); t++) {
        gradients[t] += sequenceSlope;
      }
    }
    int total = Math.max(1, completions.total());
    return new Result(loss, kl / total, clipped / total);
  }

  private double weight(Ragged completions, int completion, double batchTokens) {
    return switch (settings.type) {
      case GRPO -> 1.0 / completions.count() / Math.max(1, completions.length(completion));
      case BNPO -> 1.0 / Math.max(1, completions.total());
      case DR_GRPO -> 1.0 / completions.count() / settings.maxCompletionLength;
      case DAPO -> 1 / Math.max(1, batchTokens);
    };
  }
}
