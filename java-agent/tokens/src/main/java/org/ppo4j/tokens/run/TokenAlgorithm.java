package org.ppo4j.tokens.run;

import java.util.Locale;

/** The trainers of language models. */
public enum TokenAlgorithm {
  /** Supervised fine-tuning. */
  SFT,
  /** A reward model from pairs. */
  REWARD,
  /** PPO with a leash to a reference. */
  PPO,
  /** GRPO, without a critic. */
  GRPO,
  /** RLOO, without a critic. */
  RLOO,
  /** DPO, without rollouts. */
  DPO;

  /** Returns the name in commands, such as {@code grpo}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns whether completions are drawn and scored. */
  public boolean draws() {
    return this == PPO || this == GRPO || this == RLOO;
  }
}
