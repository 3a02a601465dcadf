package org.ppo4j.agent.network;

import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine: two MLPs on {@link Kernels}. Allocates only when it meets more rows than before.
 */
public final class SimdActorCritic implements ActorCritic {
  private final NetworkSpec spec;
  private final float[] parameters;
  private final float[] gradients;
  private final Mlp actor;
  private final Mlp critic;

  /** Makes networks whose parameters are all zero. */
  public SimdActorCritic(NetworkSpec spec) {
    this(spec, Kernels.best());
  }

  SimdActorCritic(NetworkSpec spec, Kernels kernels) {
    this.spec = spec;
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    actor = new Mlp(spec.actorLayers(), spec.activation(), kernels);
    critic = new Mlp(spec.criticLayers(), spec.activation(), kernels);
  }

  @Override
  public NetworkSpec spec() {
    return spec;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    actor.load(parameters);
    critic.load(parameters);
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    actor.forward(inputs, rows, policyOutputs);
    critic.forward(inputs, rows, values);
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    critic.forward(inputs, rows, values);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    actor.backward(inputs, rows, policyGradients, gradients);
    critic.backward(inputs, rows, valueGradients, gradients);
  }

  @Override
  public void close() {}
}
