package org.ppo4j.agent.update;

import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;

/** Means of the terms of a loss over the rows of several minibatches. */
final class LossMeans {
  private long rows;
  private double valueLoss;
  private double policyLoss;
  private double entropy;
  private double oldApproxKl;
  private double approxKl;

  void clear() {
    rows = 0;
    valueLoss = 0;
    policyLoss = 0;
    entropy = 0;
    oldApproxKl = 0;
    approxKl = 0;
  }

  /** Adds the last minibatch of {@code loss}, which has so many rows. */
  void add(PpoLoss loss, int minibatchRows) {
    rows += minibatchRows;
    double weight = (double) minibatchRows / rows;
    valueLoss += weight * (loss.valueLoss() - valueLoss);
    policyLoss += weight * (loss.policyLoss() - policyLoss);
    entropy += weight * (loss.entropy() - entropy);
    oldApproxKl += weight * (loss.oldApproxKl() - oldApproxKl);
    approxKl += weight * (loss.approxKl() - approxKl);
  }

  double approxKl() {
    return approxKl;
  }

  /** Puts the means under CleanRL's tags. */
  void put(Metrics metrics) {
    metrics.put("losses/value_loss", valueLoss);
    metrics.put("losses/policy_loss", policyLoss);
    metrics.put("losses/entropy", entropy);
    metrics.put("losses/old_approx_kl", oldApproxKl);
    metrics.put("losses/approx_kl", approxKl);
  }
}
