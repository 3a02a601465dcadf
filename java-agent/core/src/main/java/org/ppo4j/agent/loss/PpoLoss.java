package org.ppo4j.agent.loss;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.rollout.Minibatch;

/**
 * The loss of an actor and a critic, and its gradients with respect to the networks' outputs
 * (Schulman et al. 2017, equation 9; CleanRL's {@code ppo.py}).
 *
 * <p>The loss is {@code policyLoss - entCoef * entropy + vfCoef * valueLoss}, plus the penalty on
 * KL(old, new) if there is one. The gradients are analytic. As in PyTorch's autograd, the two sides
 * of a maximum get half of the gradient each if they are equal, and a clamp passes no gradient at
 * its bounds.
 */
@SuppressWarnings("EnumOrdinal") // one count for each case, in an array
public final class PpoLoss {
  private final ActionDistribution distribution;
  private final PolicyLoss policy;
  private final @Nullable KlPenalty penalty;
  private final boolean normAdv;
  private final boolean clipVloss;
  private final double entCoef;
  private final double vfCoef;
  private final double huberDelta;
  private final float[] newLogProbs;
  private final float[] entropies;
  private final float[] normalizedAdvantages;
  private final float[] logProbGradients;
  private final float[] divergences;
  private final int[] cases = new int[ClipCase.values().length];
  private @Nullable LossObserver observer;
  private int rows;

  private double policyLoss;
  private double valueLoss;
  private double entropy;
  private double oldApproxKl;
  private double approxKl;

  /**
   * Creates the loss for minibatches of up to {@code capacity} rows. The clip range is an argument
   * of {@link #compute} instead of {@code config}'s, because it may be annealed.
   *
   * @param penalty the penalty on KL(old, new), whose minibatches have the old policy's outputs;
   *     null for none
   */
  public PpoLoss(
      ActionDistribution distribution,
      PolicyLoss policy,
      @Nullable KlPenalty penalty,
      LossConfig config,
      int capacity) {
    this.distribution = distribution;
    this.policy = policy;
    this.penalty = penalty;
    normAdv = config.normAdv();
    clipVloss = config.clipVloss();
    entCoef = config.entCoef();
    vfCoef = config.vfCoef();
    huberDelta = config.huberDelta();
    newLogProbs = new float[capacity];
    entropies = new float[capacity];
    normalizedAdvantages = new float[capacity];
    logProbGradients = new float[capacity];
    divergences = new float[capacity];
  }

  /**
   * Computes the loss and its gradients.
   *
   * @param batch B transitions
   * @param clipCoef the clip range of this update
   * @param policyOutputs the actor's outputs for them, {@code [B, D]}
   * @param values the critic's outputs for them, {@code [B]}
   * @param parameters the network's flat parameters
   * @param policyGradients receives the gradients for the actor's outputs, {@code [B, D]}
   * @param valueGradients receives the gradients for the critic's outputs, {@code [B]}
   * @param gradients the network's flat gradients; only the part of the log standard deviations is
   *     overwritten
   */
  public void compute(
      Minibatch batch,
      double clipCoef,
      float[] policyOutputs,
      float[] values,
      float[] parameters,
      float[] policyGradients,
      float[] valueGradients,
      float[] gradients) {
    distribution.evaluate(
        policyOutputs, batch.rows, parameters, batch.actions, newLogProbs, entropies);
    normalizeAdvantages(batch);
    policyLoss(batch, clipCoef);
    if (hasCritic()) {
      valueLoss(batch, clipCoef, values, valueGradients);
    } else {
      Arrays.fill(valueGradients, 0);
    }
    double sum = 0;
    for (int i = 0; i < batch.rows; i++) {
      sum += entropies[i];
    }
    entropy = sum / batch.rows;
    float entropyGradient = (float) (-entCoef / batch.rows);
    distribution.gradients(logProbGradients, entropyGradient, policyGradients, gradients);
    if (penalty != null) {
      penalize(batch, penalty.weight(), policyGradients, gradients);
    }
  }

  private void penalize(
      Minibatch batch, double weight, float[] policyGradients, float[] gradients) {
    policyLoss += weight * meanKl(batch);
    distribution.addKlGradients(
        batch.policyOutputs, batch.logStds, weight / batch.rows, policyGradients, gradients);
  }

  /**
   * Returns the mean of KL(old, new) in closed form.
   *
   * @param batch B transitions with the old policy's outputs
   * @param policyOutputs the actor's outputs for them, {@code [B, D]}
   * @param parameters the network's flat parameters
   */
  public double kl(Minibatch batch, float[] policyOutputs, float[] parameters) {
    distribution.evaluate(
        policyOutputs, batch.rows, parameters, batch.actions, newLogProbs, entropies);
    return meanKl(batch);
  }

  private double meanKl(Minibatch batch) {
    distribution.kl(batch.policyOutputs, batch.logStds, divergences);
    double sum = 0;
    for (int i = 0; i < batch.rows; i++) {
      sum += divergences[i];
    }
    return sum / batch.rows;
  }

  /** Detail 7: mean 0 and sample standard deviation 1 in each minibatch. */
  private void normalizeAdvantages(Minibatch batch) {
    int n = batch.rows;
    if (!normAdv || n < 2) {
      System.arraycopy(batch.advantages, 0, normalizedAdvantages, 0, n);
      return;
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += batch.advantages[i];
    }
    double mean = sum / n;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double centred = batch.advantages[i] - mean;
      squares += centred * centred;
    }
    double scale = 1 / (Math.sqrt(squares / (n - 1)) + 1e-8);
    for (int i = 0; i < n; i++) {
      normalizedAdvantages[i] = (float) ((batch.advantages[i] - mean) * scale);
    }
  }

  /** The mean of the policy's loss, and the statistics of r. */
  private void policyLoss(Minibatch batch, double clipCoef) {
    int n = batch.rows;
    double lossSum = 0;
    double k1 = 0;
    double k3 = 0;
    rows = n;
    Arrays.fill(cases, 0);
    for (int i = 0; i < n; i++) {
      double logRatio = newLogProbs[i] - batch.logProbs[i];
      double ratio = Math.exp(logRatio);
      double advantage = normalizedAdvantages[i];
      lossSum += policy.loss(newLogProbs[i], ratio, advantage, clipCoef);
      logProbGradients[i] = (float) (policy.gradient(ratio, advantage, clipCoef) / n);
      k1 -= logRatio;
      k3 += ratio - 1 - logRatio;
      cases[ClipCase.of(ratio, clipCoef, advantage).ordinal()]++;
    }
    policyLoss = lossSum / n;
    oldApproxKl = k1 / n;
    approxKl = k3 / n;
    if (observer != null) {
      observer.minibatch(n, newLogProbs, batch.logProbs, normalizedAdvantages);
    }
  }

  /** Has {@code added} receive each minibatch from now on, in place of an earlier observer. */
  public void observe(LossObserver added) {
    observer = added;
  }

  /**
   * Detail 9: half the mean of max((v - R)^2, (old + clip(v - old, -c, c) - R)^2). Beyond Huber's
   * delta d, |e| instead of e^2 / 2 grows: d (|e| - d / 2).
   */
  private void valueLoss(Minibatch batch, double clipCoef, float[] values, float[] valueGradients) {
    int n = batch.rows;
    double clip = clipVloss ? clipCoef : Double.POSITIVE_INFINITY;
    double lossSum = 0;
    for (int i = 0; i < n; i++) {
      double error = values[i] - batch.returns[i];
      double step = values[i] - batch.values[i];
      double clippedError = batch.values[i] + Math.clamp(step, -clip, clip) - batch.returns[i];
      double unclippedLoss = twiceHuber(error);
      double clippedLoss = twiceHuber(clippedError);
      lossSum += Math.max(unclippedLoss, clippedLoss);
      error = Math.clamp(error, -huberDelta, huberDelta);
      clippedError = Math.clamp(clippedError, -huberDelta, huberDelta);
      double clippedGradient = Math.abs(step) < clip ? clippedError : 0;
      double gradient;
      if (unclippedLoss > clippedLoss) {
        gradient = error;
      } else if (clippedLoss > unclippedLoss) {
        gradient = clippedGradient;
      } else {
        gradient = (error + clippedGradient) / 2;
      }
      valueGradients[i] = (float) (vfCoef * gradient / n);
    }
    valueLoss = 0.5 * lossSum / n;
  }

  private double twiceHuber(double error) {
    double size = Math.abs(error);
    return size <= huberDelta ? error * error : huberDelta * (2 * size - huberDelta);
  }

  /** Returns the last loss of the policy, with its penalty, {@code losses/policy_loss}. */
  public double policyLoss() {
    return policyLoss;
  }

  /** Returns whether a critic learns: not if the weight of its loss is 0. */
  public boolean hasCritic() {
    return vfCoef > 0;
  }

  /**
   * Returns the last loss of the value function, {@code losses/value_loss}; 0 if no critic learns.
   */
  public double valueLoss() {
    return valueLoss;
  }

  /** Returns the last mean entropy, {@code losses/entropy}. */
  public double entropy() {
    return entropy;
  }

  /** Returns the last mean of -log r, the estimator k1, {@code losses/old_approx_kl}. */
  public double oldApproxKl() {
    return oldApproxKl;
  }

  /** Returns the last mean of (r - 1) - log r, the estimator k3, {@code losses/approx_kl}. */
  public double approxKl() {
    return approxKl;
  }

  /** Returns the penalty on KL(old, new), null for none. */
  public @Nullable KlPenalty penalty() {
    return penalty;
  }

  /** Returns A, the number of components of an action. */
  public int actionSize() {
    return distribution.actionSize();
  }

  /** Returns the last share of rows with |r - 1| greater than the clip range. */
  public double clipFraction() {
    int inside =
        cases[ClipCase.INSIDE_POSITIVE.ordinal()] + cases[ClipCase.INSIDE_NEGATIVE.ordinal()];
    return (double) (rows - inside) / rows;
  }

  /** Returns the last share of rows in a case of the clipped surrogate. */
  public double share(ClipCase clipCase) {
    return (double) cases[clipCase.ordinal()] / rows;
  }
}
