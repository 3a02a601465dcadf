package org.ppo4j.agent.network;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine: two MLPs on {@link Kernels}, separate or on a shared trunk. Separate MLPs learn
 * on two threads if two are available and there are enough rows; one network alone, which computes
 * nothing but outputs, has half of the rows on each. Allocates only when a call has more rows than
 * all before.
 */
public final class SimdActorCritic implements ActorTangents, AuxiliaryValueHead {
  /** With fewer rows, handing half of the work to another thread costs more than it saves. */
  private static final int PARALLEL_ROWS = 16;

  /** The same for one network alone, with less work for a row; the other thread may be asleep. */
  private static final int SPLIT_ROWS = 2 * Mlp.BLOCK;

  private static final ParameterUpdate NONE = (from, to) -> {};

  private final NetworkSpec spec;
  private final TwoThreads duo;
  private final float[] parameters;
  private final float[] gradients;

  /** Where the parameters start that belong only to the critic. */
  private final int criticOffset;

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
  private final @Nullable DenseLayer auxiliaryHead;
  private final Mlp.Head policyOut;
  private final Mlp.Head valueOut;
  private final Mlp.@Nullable Head auxiliaryOut;
  private final Mlp actor;

  /** The actor's if the trunk is shared. */
  private final Mlp critic;

  /** The index of the value head among those of the critic. */
  private final int valueIndex;

  /** The same networks for the rows of the second thread. */
  private final Mlp secondActor;

  private final Mlp secondCritic;
  private volatile boolean closed;

  // The two tasks of each call that uses two threads, and the arguments of the current call.
  private final Runnable updateActor = this::updateActor;
  private final Runnable updateCritic = this::updateCritic;
  private final Runnable forwardActor = this::forwardActor;
  private final Runnable forwardCritic = this::forwardCritic;
  private final Runnable backwardActor = this::backwardActor;
  private final Runnable backwardCritic = this::backwardCritic;
  private final Runnable evaluateFirst = this::evaluateFirst;
  private final Runnable evaluateSecond = this::evaluateSecond;
  private ParameterUpdate update = NONE;
  private float[] inputs = {};
  private float[] outputs = {};
  private boolean evaluatesActor;
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
    this(spec, threads, kernels, Mlp.BLOCK);
  }

  /**
   * Creates networks whose parameters are all zero.
   *
   * @param block the rows that are computed at once, which decide on no number
   */
  SimdActorCritic(NetworkSpec spec, int threads, Kernels kernels, int block) {
    this.spec = spec;
    duo = TwoThreads.of(threads);
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    criticOffset = spec.criticOffset();
    policyHead = new DenseLayer(spec.actorLayers().getLast(), kernels);
    valueHead = new DenseLayer(spec.criticLayers().getLast(), kernels);
    auxiliaryHead = spec.auxiliaryValue() ? new DenseLayer(spec.auxiliaryHead(), kernels) : null;
    policyOut = new Mlp.Head(policyHead, spec.policyOutputs());
    valueOut = new Mlp.Head(valueHead, 1);
    auxiliaryOut = auxiliaryHead == null ? null : new Mlp.Head(auxiliaryHead, 1);
    List<Mlp.Head> heads = new ArrayList<>(List.of(policyOut));
    if (auxiliaryOut != null) {
      heads.add(auxiliaryOut);
    }
    if (spec.sharedTrunk()) {
      heads.add(valueOut);
    }
    actor = mlp(spec.actorLayers(), kernels, block, heads);
    critic =
        spec.sharedTrunk() ? actor : mlp(spec.criticLayers(), kernels, block, List.of(valueOut));
    valueIndex = spec.sharedTrunk() ? heads.size() - 1 : 0;
    secondActor = new Mlp(actor);
    secondCritic = spec.sharedTrunk() ? secondActor : new Mlp(critic);
  }

  private Mlp mlp(
      List<NetworkSpec.Layer> layers, Kernels kernels, int block, List<Mlp.Head> heads) {
    List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
    return new Mlp(spec, hidden, kernels, block, heads.toArray(Mlp.Head[]::new));
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
    both(updateActor, updateCritic);
  }

  private void updateActor() {
    update.apply(0, criticOffset);
    actor.loadHidden(parameters);
    policyHead.load(parameters);
  }

  private void updateCritic() {
    update.apply(criticOffset, parameters.length);
    if (!spec.sharedTrunk()) {
      critic.loadHidden(parameters);
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
    call(inputs, rows, policyOutputs, null, values, forwardActor, forwardCritic);
  }

  private void forwardActor() {
    actor.forward(inputs, rows);
  }

  private void forwardCritic() {
    if (!spec.sharedTrunk()) {
      critic.forward(inputs, rows);
    }
  }

  @Override
  public void policy(float[] inputs, int rows, float[] policyOutputs) {
    evaluate(true, inputs, rows, policyOutputs);
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    evaluate(false, inputs, rows, values);
  }

  private void evaluate(boolean ofActor, float[] inputs, int rows, float[] outputs) {
    this.inputs = inputs;
    this.rows = rows;
    this.outputs = outputs;
    evaluatesActor = ofActor;
    if (rows < SPLIT_ROWS) {
      evaluate(ofActor ? actor : critic, 0, rows);
    } else {
      duo.both(evaluateFirst, evaluateSecond);
    }
  }

  private void evaluateFirst() {
    evaluate(evaluatesActor ? actor : critic, 0, rows / 2);
  }

  private void evaluateSecond() {
    evaluate(evaluatesActor ? secondActor : secondCritic, rows / 2, rows);
  }

  private void evaluate(Mlp network, int from, int to) {
    network.evaluate(evaluatesActor ? 0 : valueIndex, inputs, from, to, outputs);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    if (auxiliaryHead != null) {
      Arrays.fill(gradients, spec.auxiliaryHead().weights(), gradients.length, 0);
    }
    call(inputs, rows, policyGradients, null, valueGradients, backwardActor, backwardCritic);
  }

  private void backwardActor() {
    actor.backward(inputs, rows, gradients);
  }

  private void backwardCritic() {
    if (!spec.sharedTrunk()) {
      critic.backward(inputs, rows, gradients);
    }
  }

  @Override
  public void auxiliaryForward(
      float[] inputs, int rows, float[] policyOutputs, float[] auxiliaryValues, float[] values) {
    spec.requireAuxiliaryHead();
    call(inputs, rows, policyOutputs, auxiliaryValues, values, forwardActor, forwardCritic);
  }

  @Override
  public void auxiliaryBackward(
      float[] inputs,
      int rows,
      float[] policyGradients,
      float[] auxiliaryGradients,
      float[] valueGradients) {
    spec.requireAuxiliaryHead();
    call(
        inputs,
        rows,
        policyGradients,
        auxiliaryGradients,
        valueGradients,
        backwardActor,
        backwardCritic);
  }

  @Override
  public int actorParameters() {
    return criticOffset;
  }

  @Override
  public void policyTangents(float[] inputs, int rows, float[] direction, float[] outputTangents) {
    if (spec.latentOutputs()) {
      Arrays.fill(outputTangents, 0, rows * spec.policyOutputs(), 0);
    }
    actor.tangents(0, inputs, rows, direction, outputTangents);
  }

  @Override
  public void policyBackward(float[] inputs, int rows, float[] policyGradients) {
    arguments(policyGradients, null, null);
    actor.backward(inputs, rows, gradients);
  }

  private void call(
      float[] inputs,
      int rows,
      float[] policyArgument,
      float @Nullable [] auxiliaryArgument,
      float[] valueArgument,
      Runnable actor,
      Runnable critic) {
    this.inputs = inputs;
    this.rows = rows;
    arguments(policyArgument, auxiliaryArgument, valueArgument);
    if (rows < PARALLEL_ROWS) {
      actor.run();
      critic.run();
    } else {
      both(actor, critic);
    }
  }

  private void arguments(
      float[] policyArgument,
      float @Nullable [] auxiliaryArgument,
      float @Nullable [] valueArgument) {
    policyOut.argument(policyArgument);
    valueOut.argument(valueArgument);
    if (auxiliaryOut != null) {
      auxiliaryOut.argument(auxiliaryArgument);
    }
  }

  /** Runs the tasks of separate networks on two threads. */
  private void both(Runnable actor, Runnable critic) {
    if (spec.sharedTrunk()) {
      actor.run();
      critic.run();
    } else {
      duo.both(actor, critic);
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
