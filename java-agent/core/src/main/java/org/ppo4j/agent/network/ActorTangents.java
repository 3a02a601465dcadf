package org.ppo4j.agent.network;

/**
 * Networks whose actor can be differentiated forwards as well, along a direction of its parameters.
 * Products with the Fisher information, which TRPO needs, are made of the two passes.
 *
 * <p>The actor depends on the first {@link #actorParameters} of the flat parameters and on no
 * other; the log standard deviations are among them.
 */
public interface ActorTangents extends ActorCritic {

  /** Returns the number of parameters of the actor, P. */
  int actorParameters();

  /**
   * Computes the derivative of the actor's outputs along a direction of the parameters; that of
   * latent features is 0, since no gradient passes through them. The inputs and rows must be those
   * of the last {@link #forward}, with the same parameters.
   *
   * @param inputs the features, {@code [rows, inputs]}
   * @param direction the direction, flat; the first P numbers are read
   * @param outputTangents receives the derivatives, {@code [rows, policyOutputs]}
   */
  void policyTangents(float[] inputs, int rows, float[] direction, float[] outputTangents);

  /**
   * Writes the actor's part of {@link #gradients}, as {@link #backward} does.
   *
   * @param policyGradients the loss's derivatives with respect to the actor's outputs, {@code
   *     [rows, policyOutputs]}
   */
  void policyBackward(float[] inputs, int rows, float[] policyGradients);
}
