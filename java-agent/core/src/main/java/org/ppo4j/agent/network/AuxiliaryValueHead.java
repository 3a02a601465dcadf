package org.ppo4j.agent.network;

/**
 * Networks whose actor has a second head, which predicts the value, so that the actor's hidden
 * layers learn from it (Cobbe et al. 2020, section 2). Acting and {@link #backward} do not use it;
 * after {@link #backward} its part of {@link #gradients} is 0.
 */
public interface AuxiliaryValueHead extends ActorCritic {

  /**
   * Computes the outputs of all three heads.
   *
   * @param inputs the features, {@code [rows, inputs]}
   * @param policyOutputs receives the actor's outputs, {@code [rows, policyOutputs]}
   * @param auxiliaryValues receives the outputs of the auxiliary head, {@code [rows]}
   * @param values receives the critic's outputs, {@code [rows]}
   */
  void auxiliaryForward(
      float[] inputs, int rows, float[] policyOutputs, float[] auxiliaryValues, float[] values);

  /**
   * Writes {@link #gradients}, given a loss's derivatives with respect to the outputs of all three
   * heads. The inputs and rows must be those of the last {@link #auxiliaryForward}.
   *
   * @param policyGradients the derivatives for the actor's outputs, {@code [rows, policyOutputs]}
   * @param auxiliaryGradients the derivatives for the outputs of the auxiliary head, {@code [rows]}
   * @param valueGradients the derivatives for the critic's outputs, {@code [rows]}
   */
  void auxiliaryBackward(
      float[] inputs,
      int rows,
      float[] policyGradients,
      float[] auxiliaryGradients,
      float[] valueGradients);
}
