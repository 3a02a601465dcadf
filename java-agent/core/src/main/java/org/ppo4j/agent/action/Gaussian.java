package org.ppo4j.agent.action;

/** Independent normal distributions, whose log standard deviations may be anywhere. */
sealed interface Gaussian extends ActionDistribution
    permits DiagonalGaussian, StateDependentGaussian, StateDependentExploration {

  /**
   * Adds a loss's derivatives along the path of the actions of the last {@link #evaluate}, {@code u
   * = mu + sigma z} with z held fixed: du / d mu = 1 and du / d log sigma = u - mu.
   *
   * @param byAction the loss's derivative with respect to each component, {@code [B, A]}
   * @param outputGradients the derivatives with respect to the outputs, {@code [B, D]}, added to
   * @param gradients the network's flat gradients; only the part of the log standard deviations is
   *     added to
   */
  void addPathGradients(double[] byAction, float[] outputGradients, float[] gradients);
}
