package org.ppo4j.agent.network;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine: two MLPs on {@link Kernels}, separate or on a shared trunk. Separate MLPs run on
 * two threads if two are available and there are enough rows. Allocates only when a call has more
 * rows than all before.
 */
public final class SimdActorCritic implements ActorTangents, AuxiliaryValueHead {
  /** With fewer rows, handing half of the work to another thread costs more than it saves. */
  private static final int PARALLEL_ROWS = 16;

  private static final ParameterUpdate NONE = (from, to) -> {};

  private final NetworkSpec spec;
  private final TwoThreads duo;
  private final float[] parameters;
  private final float[] gradients;

  /** Where the parameters start that belong only to the critic. */
  private final int criticOffset;

  private final Trunk actorTrunk;

  /** The actor's trunk if the trunk is shared. */
  private final Trunk criticTrunk;

  /** The number of the outputs of the actor's last layer. */
  private final int headOutputs;

  /** Those outputs or their gradients, if latent features are outputs too; else empty. */
  private float[] head = {};

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
  private final @Nullable DenseLayer auxiliaryHead;
  private int rowCapacity;
  private volatile boolean closed;

  // The two tasks of each call that uses two threads, and the arguments of the current call.
  private final Runnable updateActor = this::updateActor;
  private final Runnable updateCritic = this::updateCritic;
  private final Runnable forwardActor = this::forwardActor;
  private final Runnable forwardCritic = this::forwardCritic;
  private final Runnable backwardActor = this::backwardActor;
  private final Runnable backwardCritic = this::backwardCritic;
  private ParameterUpdate update = NONE;
  private float[] inputs = {};
  private float[] policyArgument = {};
  private float[] valueArgument = {};
  private float @Nullable [] auxiliaryArgument;
  private int rows;

  /** Creates networks whose parameters are all zero, run on the caller's thread only. */
  public SimdActorCritic(NetworkSpec spec) {
    this(spec, 1);
  }

  /** Creates networks whose parameters are all zero, run on up to {@code threads} threads. */
  public SimdActorCritic(NetworkSpec spec, int threads) {
    this(spec, threads, Kernels.best());
  }

  SimdActorCritic(NetworkSpec spec, int threads, Kernels kernels) {
    this.spec = spec;
    duo = TwoThreads.of(spec.sharedTrunk() ? 1 : threads);
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    criticOffset = spec.criticOffset();
    actorTrunk = trunk(spec.actorLayers(), kernels);
    criticTrunk = spec.sharedTrunk() ? actorTrunk : trunk(spec.criticLayers(), kernels);
    headOutputs = spec.headOutputs();
    policyHead = new DenseLayer(spec.actorLayers().getLast(), kernels);
    valueHead = new DenseLayer(spec.criticLayers().getLast(), kernels);
    auxiliaryHead = spec.auxiliaryValue() ? new DenseLayer(spec.auxiliaryHead(), kernels) : null;
  }

  private Trunk trunk(List<NetworkSpec.Layer> layers, Kernels kernels) {
    List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
    return new Trunk(spec.features(), hidden, spec.activation(), kernels);
  }

  @Override
  public NetworkSpec shape() {
    return spec;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    updateParameters(NONE);
  }

  @Override
  public void updateParameters(ParameterUpdate update) {
    this.update = update;
    duo.both(updateActor, updateCritic);
  }

  private void updateActor() {
    update.apply(0, criticOffset);
    actorTrunk.load(parameters);
    policyHead.load(parameters);
  }

  private void updateCritic() {
    update.apply(criticOffset, parameters.length);
    if (!spec.sharedTrunk()) {
      criticTrunk.load(parameters);
    }
    valueHead.load(parameters);
    if (auxiliaryHead != null) {
      auxiliaryHead.load(parameters);
    }
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    reserve(rows);
    call(inputs, rows, policyOutputs, values, forwardActor, forwardCritic);
  }

  private void forwardActor() {
    actorTrunk.forward(inputs, rows);
    forwardPolicyHead(inputs, rows, policyArgument);
  }

  private void forwardCritic() {
    if (!spec.sharedTrunk()) {
      criticTrunk.forward(inputs, rows);
    }
    criticTrunk.forwardHead(valueHead, inputs, rows, valueArgument);
  }

  @Override
  public void policy(float[] inputs, int rows, float[] policyOutputs) {
    reserve(rows);
    actorTrunk.forward(inputs, rows);
    forwardPolicyHead(inputs, rows, policyOutputs);
  }

  private void forwardPolicyHead(float[] inputs, int rows, float[] policyOutputs) {
    if (!spec.latentOutputs()) {
      actorTrunk.forwardHead(policyHead, inputs, rows, policyOutputs);
      return;
    }
    actorTrunk.forwardHead(policyHead, inputs, rows, head);
    int outputs = spec.policyOutputs();
    spread(rows, policyOutputs);
    actorTrunk.copyLatents(
        inputs, rows, outputs - headOutputs, policyOutputs, headOutputs, outputs);
  }

  /** Copies the head's outputs to the first columns of {@code target [rows, policyOutputs]}. */
  private void spread(int rows, float[] target) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(head, row * headOutputs, target, row * spec.policyOutputs(), headOutputs);
    }
  }

  /** Returns the gradients of the head's outputs only. */
  private float[] headGradients(int rows, float[] policyGradients) {
    if (!spec.latentOutputs()) {
      return policyGradients;
    }
    for (int row = 0; row < rows; row++) {
      System.arraycopy(
          policyGradients, row * spec.policyOutputs(), head, row * headOutputs, headOutputs);
    }
    return head;
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    reserve(rows);
    criticTrunk.forward(inputs, rows);
    criticTrunk.forwardHead(valueHead, inputs, rows, values);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    auxiliaryArgument = null;
    if (auxiliaryHead != null) {
      Arrays.fill(gradients, spec.auxiliaryHead().weights(), gradients.length, 0);
    }
    call(inputs, rows, policyGradients, valueGradients, backwardActor, backwardCritic);
  }

  private void backwardActor() {
    actorTrunk.backwardHead(
        policyHead, inputs, rows, headGradients(rows, policyArgument), gradients, false);
    if (auxiliaryArgument != null) {
      actorTrunk.backwardHead(
          requireAuxiliaryHead(), inputs, rows, auxiliaryArgument, gradients, true);
    }
    if (!spec.sharedTrunk()) {
      actorTrunk.backward(inputs, rows, gradients);
    }
  }

  private void backwardCritic() {
    criticTrunk.backwardHead(valueHead, inputs, rows, valueArgument, gradients, spec.sharedTrunk());
    criticTrunk.backward(inputs, rows, gradients);
  }

  @Override
  public void auxiliaryForward(
      float[] inputs, int rows, float[] policyOutputs, float[] auxiliaryValues, float[] values) {
    forward(inputs, rows, policyOutputs, values);
    actorTrunk.forwardHead(requireAuxiliaryHead(), inputs, rows, auxiliaryValues);
  }

  @Override
  public void auxiliaryBackward(
      float[] inputs,
      int rows,
      float[] policyGradients,
      float[] auxiliaryGradients,
      float[] valueGradients) {
    auxiliaryArgument = auxiliaryGradients;
    call(inputs, rows, policyGradients, valueGradients, backwardActor, backwardCritic);
  }

  private DenseLayer requireAuxiliaryHead() {
    if (auxiliaryHead == null) {
      throw new IllegalStateException("these networks have no auxiliary value head");
    }
    return auxiliaryHead;
  }

  @Override
  public int actorParameters() {
    return criticOffset;
  }

  @Override
  public void policyTangents(float[] inputs, int rows, float[] direction, float[] outputTangents) {
    actorTrunk.tangents(inputs, rows, direction);
    if (!spec.latentOutputs()) {
      actorTrunk.headTangents(policyHead, inputs, rows, direction, outputTangents);
      return;
    }
    actorTrunk.headTangents(policyHead, inputs, rows, direction, head);
    Arrays.fill(outputTangents, 0, rows * spec.policyOutputs(), 0);
    spread(rows, outputTangents);
  }

  @Override
  public void policyBackward(float[] inputs, int rows, float[] policyGradients) {
    actorTrunk.backwardHead(
        policyHead, inputs, rows, headGradients(rows, policyGradients), gradients, false);
    actorTrunk.backward(inputs, rows, gradients);
  }

  private void call(
      float[] inputs,
      int rows,
      float[] policyArgument,
      float[] valueArgument,
      Runnable actor,
      Runnable critic) {
    this.inputs = inputs;
    this.rows = rows;
    this.policyArgument = policyArgument;
    this.valueArgument = valueArgument;
    if (rows < PARALLEL_ROWS) {
      actor.run();
      critic.run();
    } else {
      duo.both(actor, critic);
    }
  }

  private void reserve(int rows) {
    if (rows > rowCapacity) {
      actorTrunk.reserve(rows);
      policyHead.reserve(rows);
      if (!spec.sharedTrunk()) {
        criticTrunk.reserve(rows);
      }
      valueHead.reserve(rows);
      if (auxiliaryHead != null) {
        auxiliaryHead.reserve(rows);
      }
      head = new float[spec.latentOutputs() ? rows * headOutputs : 0];
      rowCapacity = rows;
    }
  }

  @Override
  public boolean isClosed() {
    return closed;
  }

  /** Stops the second thread. */
  @Override
  public void close() {
    closed = true;
    duo.close();
  }
}
