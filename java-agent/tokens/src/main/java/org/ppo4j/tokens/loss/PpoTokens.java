package org.ppo4j.tokens.loss;

import java.util.Arrays;

/**
 * PPO on tokens as TRL 1.12 computes it: rewards with a leash, advantages, and the loss.
 *
 * <p>A completion of L tokens has L steps, and one more if it ended before the longest that is
 * allowed: the state after its last token, whose value is learned, and which gets the score. The
 * last step of a completion of the longest length gets the score itself.
 */
public final class PpoTokens {

  /** The estimator of the divergence from the reference (Schulman 2020). */
  public enum KlEstimator {
    /** {@code log p - log q}. */
    K1,
    /** {@code q / p - 1 - log(q / p)}. */
    K3
  }

  /**
   * TRL's settings.
   *
   * @param responseLength the most tokens that a completion can have
   */
  public record Settings(
      double klCoef,
      KlEstimator klEstimator,
      double cliprange,
      double vfCoef,
      double cliprangeValue,
      double gamma,
      double lam,
      boolean whitenRewards,
      int responseLength) {}

  /**
   * What a minibatch came to.
   *
   * @param approxKl half the mean square of the change of the log probabilities
   */
  public record Result(
      double policyLoss,
      double valueLoss,
      double clipFraction,
      double valueClipFraction,
      double approxKl) {}

  private final Settings settings;
  private final Clip clip;

  /** Creates the arithmetic. */
  public PpoTokens(Settings settings) {
    this.settings = settings;
    clip = new Clip(settings.cliprange, settings.cliprange, Double.POSITIVE_INFINITY);
  }

  /** Returns the steps of completions, one more than tokens where they ended early. */
  public Ragged steps(Ragged completions) {
    int[] lengths = new int[completions.count()];
    Arrays.setAll(lengths, i -> Math.min(completions.length(i) + 1, settings.responseLength));
    return Ragged.of(lengths);
  }

  /**
   * Returns the rewards of all steps: minus klCoef times the divergence at each token, and the
   * score at the last step.
   *
   * @param logps the log probabilities of the tokens by the policy, {@code [completions.total]}
   * @param reference by the reference
   * @param scores one for each completion
   */
  public double[] rewards(Ragged completions, double[] logps, double[] reference, double[] scores) {
    Ragged steps = steps(completions);
    double[] rewards = new double[steps.total()];
    for (int i = 0; i < completions.count(); i++) {
      for (int t = 0; t < completions.length(i); t++) {
        int token = completions.start(i) + t;
        rewards[steps.start(i) + t] = -settings.klCoef * kl(logps[token], reference[token]);
      }
      rewards[steps.end(i) - 1] += scores[i];
    }
    if (settings.whitenRewards) {
      whiten(rewards, true);
    }
    return rewards;
  }

  /** Returns the estimate of the divergence at a token. */
  public double kl(double logp, double reference) {
    double difference = reference - logp;
    return settings.klEstimator == KlEstimator.K1
        ? -difference
        : Math.exp(difference) - 1 - difference;
  }

  /**
   * Returns the generalised advantages of all steps, not whitened; plus the values, they are the
   * returns.
   *
   * @param values {@code [steps.total]}
   */
  public double[] advantages(Ragged steps, double[] rewards, double[] values) {
    double[] advantages = new double[steps.total()];
    for (int i = 0; i < steps.count(); i++) {
      double last = 0;
      for (int t = steps.end(i) - 1; t >= steps.start(i); t--) {
        double next = t + 1 < steps.end(i) ? values[t + 1] : 0;
        double delta = rewards[t] + settings.gamma * next - values[t];
        last = delta + settings.gamma * settings.lam * last;
        advantages[t] = last;
      }
    }
    return advantages;
  }

  /** Returns the whitened advantages of tokens, from those of steps. */
  public double[] ofTokens(Ragged completions, double[] advantages) {
    Ragged steps = steps(completions);
    double[] tokens = new double[completions.total()];
    for (int i = 0; i < completions.count(); i++) {
      System.arraycopy(
          advantages, steps.start(i), tokens, completions.start(i), completions.length(i));
    }
    whiten(tokens, false);
    return tokens;
  }

  /** Divides by the deviation after subtracting the mean, which is added again if it is kept. */
  private static void whiten(double[] x, boolean keepMean) {
    double mean = Arrays.stream(x).sum() / x.length;
    double squares = 0;
    for (double value : x) {
      squares += (value - mean) * (value - mean);
    }
    double factor = 1 / Math.sqrt(squares / (x.length - 1) + 1e-8);
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - mean) * factor + (keepMean ? mean : 0);
    }
  }

  /**
   * Computes the loss {@code policyLoss + vfCoef * valueLoss} and its gradients.
   *
   * @param advantages of the tokens, {@code [completions.total]}
   * @param logps by the policy
   * @param old by the policy that drew the tokens
   * @param returns of the steps, {@code [steps.total]}
   * @param values of the steps, now
   * @param oldValues of the steps, before the update
   * @param logpGradients written by the callee
   * @param valueGradients written by the callee
   */
  public Result loss(
      Ragged completions,
      double[] advantages,
      double[] logps,
      double[] old,
      double[] returns,
      double[] values,
      double[] oldValues,
      double[] logpGradients,
      double[] valueGradients) {
    int tokens = completions.total();
    double policyLoss = 0;
    double clipped = 0;
    double change = 0;
    for (int t = 0; t < tokens; t++) {
      double ratio = Math.exp(logps[t] - old[t]);
      clip.at(ratio, advantages[t]);
      policyLoss += clip.loss / tokens;
      clipped += clip.clipped ? 1.0 / tokens : 0;
      change += (logps[t] - old[t]) * (logps[t] - old[t]) / tokens;
      logpGradients[t] = clip.slope * ratio / tokens;
    }
    int steps = steps(completions).total();
    double valueLoss = 0;
    double valueClipped = 0;
    for (int t = 0; t < steps; t++) {
      double low = oldValues[t] - settings.cliprangeValue;
      double high = oldValues[t] + settings.cliprangeValue;
      double error = values[t] - returns[t];
      double bounded = Math.clamp(values[t], low, high) - returns[t];
      double slope = values[t] >= low && values[t] <= high ? bounded : 0;
      boolean isClipped = bounded * bounded > error * error;
      boolean isSame = bounded * bounded == error * error;
      valueLoss += Math.max(error * error, bounded * bounded) / 2 / steps;
      valueClipped += isClipped ? 1.0 / steps : 0;
      double gradient = isSame ? (error + slope) / 2 : isClipped ? slope : error;
      valueGradients[t] = settings.vfCoef * gradient / steps;
    }
    return new Result(policyLoss, valueLoss, clipped, valueClipped, change / 2);
  }
}
