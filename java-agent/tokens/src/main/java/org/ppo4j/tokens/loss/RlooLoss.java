package org.ppo4j.tokens.loss;

/**
 * RLOO's loss (Ahmadian et al. 2024) as TRL 1.16 computes it: the ratio is a whole completion's.
 */
public final class RlooLoss {
  private final Clip clip;

  /** Creates the loss with the bounds of the ratio. */
  public RlooLoss(double epsilon, double epsilonHigh) {
    clip = new Clip(epsilon, epsilonHigh, Double.POSITIVE_INFINITY);
  }

  /**
   * Returns rewards minus beta times the log ratio of each completion to the reference.
   *
   * @param old the log probabilities of tokens by the policy that drew them, {@code [total]}
   * @param reference by the reference, {@code [total]}
   */
  public static double[] leashed(
      Ragged completions, double[] rewards, double[] old, double[] reference, double beta) {
    double[] kept = completions.sums(old);
    double[] by = completions.sums(reference);
    double[] leashed = rewards.clone();
    for (int i = 0; i < leashed.length; i++) {
      leashed[i] -= beta * (kept[i] - by[i]);
    }
    return leashed;
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param advantages one for each completion
   * @param logps the log probabilities of the tokens by the policy, {@code [total]}
   * @param old by the policy that drew them
   * @param gradients for {@code logps}, {@code [total]}, written by the callee
   */
  public GrpoLoss.Result compute(
      Ragged completions, double[] advantages, double[] logps, double[] old, double[] gradients) {
    double[] now = completions.sums(logps);
    double[] before = completions.sums(old);
    double loss = 0;
    double clipped = 0;
    for (int i = 0; i < completions.count(); i++) {
      double ratio = Math.exp(now[i] - before[i]);
      clip.at(ratio, advantages[i]);
      loss += clip.loss / completions.count();
      clipped += clip.clipped ? 1.0 / completions.count() : 0;
      for (int t = completions.start(i); t < completions.end(i); t++) {
        gradients[t] = clip.slope * ratio / completions.count();
      }
    }
    return new GrpoLoss.Result(loss, 0, clipped);
  }
}
