package org.ppo4j.tokens.model;

/** What a transformer computes from its last hidden states. */
public enum Head {
  /** Logits over the vocabulary: Hugging Face's {@code ForCausalLM} and {@code LMHeadModel}. */
  LANGUAGE,
  /** One number: {@code ForSequenceClassification} with one label, for rewards and values. */
  SCORE
}
