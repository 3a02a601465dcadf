package org.ppo4j.tokens.model;

/** The layouts of transformers, each named as in the {@code model_type} of Hugging Face's files. */
public enum Architecture {
  /** Learned positions, layer norms with biases, one matrix for q, k and v, GELU (tanh form). */
  GPT2,
  /** Rotary positions, root-mean-square norms, grouped queries, gated SiLU, no biases. */
  LLAMA
}
