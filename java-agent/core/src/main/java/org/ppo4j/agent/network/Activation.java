package org.ppo4j.agent.network;

/** The non-linearity after each hidden layer, as PyTorch's module of the same name computes it. */
public enum Activation {
  /** {@code tanh(x)}. */
  TANH,

  /** {@code max(x, 0)}. */
  RELU,

  /** {@code x} above 0, {@code e^x - 1} below. */
  ELU,

  /** {@code x} above 0, {@code 0.01 x} below. */
  LEAKY_RELU,

  /** {@code x / (1 + e^-x)}, which JAX calls swish. */
  SILU
}
