package org.ppo4j.agent.network;

/** What runs the networks. */
public enum Engine {
  /** The fastest engine that can run the network; {@link #SIMD} for MLPs. */
  AUTO,
  /** Kernels on the Vector API. */
  SIMD,
  /** DeepLearning4J. */
  DL4J;

  /** Returns the engine that {@link #AUTO} selects, or this engine if it is another. */
  public Engine resolved() {
    return this == AUTO ? SIMD : this;
  }
}
