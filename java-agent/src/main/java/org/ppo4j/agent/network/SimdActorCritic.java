package org.ppo4j.agent.network;

import java.util.List;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine: two MLPs, separate or on one trunk, on {@link Kernels}. Allocates only when it
 * meets more rows than before.
 */
public final class SimdActorCritic implements ActorCritic {
  private final NetworkSpec spec;
  private final float[] parameters;
  private final float[] gradients;
  private final Trunk actorTrunk;

  /** The actor's own where the trunk is shared. */
  private final Trunk criticTrunk;

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
  private int rowCapacity;

  /** Makes networks whose parameters are all zero. */
  public SimdActorCritic(NetworkSpec spec) {
    this(spec, Kernels.best());
  }

  SimdActorCritic(NetworkSpec spec, Kernels kernels) {
    this.spec = spec;
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    actorTrunk = trunk(spec.actorLayers(), kernels);
    criticTrunk = spec.sharedTrunk() ? actorTrunk : trunk(spec.criticLayers(), kernels);
    policyHead = new DenseLayer(spec.actorLayers().getLast(), kernels);
    valueHead = new DenseLayer(spec.criticLayers().getLast(), kernels);
  }

  private Trunk trunk(List<NetworkSpec.Layer> layers, Kernels kernels) {
    List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
    return new Trunk(spec.inputs(), hidden, spec.activation(), kernels);
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
    actorTrunk.load(parameters);
    policyHead.load(parameters);
    if (!spec.sharedTrunk()) {
      criticTrunk.load(parameters);
    }
    valueHead.load(parameters);
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    reserve(rows);
    actorTrunk.forward(inputs, rows);
    actorTrunk.forwardHead(policyHead, inputs, rows, policyOutputs);
    if (!spec.sharedTrunk()) {
      criticTrunk.forward(inputs, rows);
    }
    criticTrunk.forwardHead(valueHead, inputs, rows, values);
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    reserve(rows);
    criticTrunk.forward(inputs, rows);
    criticTrunk.forwardHead(valueHead, inputs, rows, values);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    boolean shared = spec.sharedTrunk();
    actorTrunk.backwardHead(policyHead, inputs, rows, policyGradients, gradients, false);
    if (!shared) {
      actorTrunk.backward(inputs, rows, gradients);
    }
    criticTrunk.backwardHead(valueHead, inputs, rows, valueGradients, gradients, shared);
    criticTrunk.backward(inputs, rows, gradients);
  }

  private void reserve(int rows) {
    if (rows > rowCapacity) {
      actorTrunk.reserve(rows);
      policyHead.reserve(rows);
      if (!spec.sharedTrunk()) {
        criticTrunk.reserve(rows);
      }
      valueHead.reserve(rows);
      rowCapacity = rows;
    }
  }

  @Override
  public void close() {}
}
