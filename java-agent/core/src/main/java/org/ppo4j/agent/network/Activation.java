package org.ppo4j.agent.network;

/** The non-linearity between hidden layers. */
public enum Activation {
  TANH,
  RELU
}
