package org.ppo4j.lab.curves;

import java.util.List;
import java.util.Optional;

/**
 * What is plotted of a run, under the tags of CleanRL and ppo4j, and of Stable-Baselines3; of a
 * training of a language model under those of TRL's PPO, and of its GRPO.
 */
enum Quantity {
  RETURN("Return", "of an episode", "charts/episodic_return", "rollout/ep_rew_mean"),
  LENGTH("Length", "steps of an episode", "charts/episodic_length", "rollout/ep_len_mean"),
  POLICY_LOSS(
      "Policy loss", "minus the objective", "losses/policy_loss", "train/policy_gradient_loss"),
  VALUE_LOSS("Value loss", "error of the critic", "losses/value_loss", "train/value_loss"),
  KL("KL divergence", "of the new policy from the old one", "losses/approx_kl", "train/approx_kl"),
  CLIP_FRACTION(
      "Clip fraction",
      "share of samples beyond the clip range",
      "losses/clipfrac",
      "train/clip_fraction"),
  ENTROPY("Entropy", "of the actions", "losses/entropy", "train/entropy_loss"),
  EXPLAINED_VARIANCE(
      "Explained variance",
      "1: values fit, 0: as good as a constant",
      "losses/explained_variance",
      "train/explained_variance"),
  TOKEN_LOSS("Loss", "of the trained model", "train/loss", ""),
  HELD_OUT_REWARD("Evaluation", "mean reward of drawn completions", "eval/reward", ""),
  COMPLETION_REWARD(
      "Reward in training", "mean of the completions", "train/objective/scores", "train/reward"),
  REFERENCE_KL(
      "KL to the reference", "estimate by TRL's formula", "train/objective/kl", "train/kl"),
  TOKEN_ENTROPY("Entropy", "of the next token", "train/policy/entropy_avg", "train/entropy"),
  COMPLETION_LENGTH("Length", "tokens of a completion", "train/completions/mean_length", ""),
  DISTINCT("Diversity", "share of distinct completions in an evaluation", "eval/distinct", ""),
  INSIDE_POSITIVE("A >= 0, inside the clip range", "", "clip/inside_positive", ""),
  INSIDE_NEGATIVE("A < 0, inside the clip range", "", "clip/inside_negative", ""),
  ABOVE_POSITIVE("A >= 0, r above it: no gradient", "", "clip/above_positive", ""),
  BELOW_NEGATIVE("A < 0, r below it: no gradient", "", "clip/below_negative", ""),
  BELOW_POSITIVE("A >= 0, r below it", "", "clip/below_positive", ""),
  ABOVE_NEGATIVE("A < 0, r above it", "", "clip/above_negative", "");

  /** The six cases of the clipped objective. */
  static final List<Quantity> CASES =
      List.of(
          INSIDE_POSITIVE,
          INSIDE_NEGATIVE,
          ABOVE_POSITIVE,
          BELOW_NEGATIVE,
          BELOW_POSITIVE,
          ABOVE_NEGATIVE);

  private final String title;
  private final String explanation;
  private final String tag;
  private final String otherTag;

  Quantity(String title, String explanation, String tag, String otherTag) {
    this.title = title;
    this.explanation = explanation;
    this.tag = tag;
    this.otherTag = otherTag;
  }

  /** Returns the quantity of a tag; empty if it is not plotted. */
  static Optional<Quantity> of(String tag) {
    for (Quantity each : values()) {
      if (each.tag.equals(tag) || each.otherTag.equals(tag)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }

  /** Returns the value under {@code tag}: SB3's entropy loss is minus the entropy. */
  double value(String tag, double written) {
    return this == ENTROPY && tag.equals(otherTag) ? -written : written;
  }

  /** Returns whether the steps are those of a training of a language model. */
  boolean isOfTokens() {
    return compareTo(TOKEN_LOSS) >= 0 && compareTo(DISTINCT) <= 0;
  }

  String title() {
    return title;
  }

  String explanation() {
    return explanation;
  }
}
