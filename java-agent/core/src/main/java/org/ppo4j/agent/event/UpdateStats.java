package org.ppo4j.agent.event;

import java.util.Map;
import org.ppo4j.agent.loss.ClipCase;

/**
 * Diagnostics of one update, as CleanRL logs them: losses, KL and entropy are those of the last
 * minibatch, {@code clipFraction} is the mean over all minibatches.
 *
 * @param valueLoss {@code losses/value_loss}
 * @param policyLoss {@code losses/policy_loss}
 * @param entropy {@code losses/entropy}
 * @param oldApproxKl {@code losses/old_approx_kl}, the estimator k1
 * @param approxKl {@code losses/approx_kl}, the estimator k3
 * @param clipFraction {@code losses/clipfrac}
 * @param explainedVariance {@code losses/explained_variance}; NaN if the returns do not vary
 * @param gradientNorm {@code losses/gradient_norm}, the global norm before clipping
 * @param clipCoef {@code charts/clip_coef}, the clip range of this update
 * @param clipShares {@code clip/<case>}, the share of transitions in each case of the clipped
 *     surrogate, the mean over all minibatches as {@code clipFraction}; all cases are there
 */
public record UpdateStats(
    double valueLoss,
    double policyLoss,
    double entropy,
    double oldApproxKl,
    double approxKl,
    double clipFraction,
    double explainedVariance,
    double gradientNorm,
    double clipCoef,
    Map<ClipCase, Double> clipShares) {}
