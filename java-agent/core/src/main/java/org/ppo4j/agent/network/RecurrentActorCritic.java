package org.ppo4j.agent.network;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The fast engine for networks that remember: convolutions and hidden layers as in the other
 * networks, then recurrent layers, then the heads (details 32 to 36 of the 37). Separate actors and
 * critics run on two threads if two are available and there are enough rows. Allocates only when a
 * call has more rows than all before.
 *
 * <p>{@link #backward} is truncated at the first rows of a call: nothing before them learns.
 */
public final class RecurrentActorCritic implements ActorCritic {
  /** With fewer rows, handing half of the work to another thread costs more than it saves. */
  private static final int PARALLEL_ROWS = 16;

  private static final ParameterUpdate NONE = (from, to) -> {};

  private final NetworkSpec spec;
  private final TwoThreads duo;
  private final float[] parameters;
  private final float[] gradients;
  private final int criticOffset;
  private final Side actor;

  /** The actor's if the trunk is shared. */
  private final Side critic;

  private final DenseLayer policyHead;
  private final DenseLayer valueHead;
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
  private byte[] images = {};
  private Memory memory = new Memory(0, 0, 0);
  private float[] inputs = {};
  private float[] policyArgument = {};
  private float[] valueArgument = {};
  private int rows;

  /** What an actor or a critic has below its heads. */
  private final class Side {
    final Body body;
    final RecurrentStack stack;

    Side(
        List<NetworkSpec.Layer> convolutions,
        List<NetworkSpec.Layer> layers,
        List<NetworkSpec.Layer> cells,
        int stateOffset,
        Kernels kernels) {
      List<NetworkSpec.Layer> hidden = layers.subList(0, layers.size() - 1);
      body =
          new Body(
              spec,
              convolutions,
              new Trunk(spec.features(), hidden, spec.activation(), kernels),
              kernels.padded(hidden.isEmpty() ? cells.getFirst().in() : hidden.getFirst().in()),
              kernels);
      stack = new RecurrentStack(spec, cells, stateOffset, kernels);
    }

    void load() {
      body.loadConvolutions(parameters);
      body.trunk.load(parameters);
      stack.load(parameters);
    }

    void reserve(int rows) {
      body.reserve(rows);
      stack.reserve(rows);
    }

    void forward() {
      body.forward(inputs, images, 0, rows);
      Trunk trunk = body.trunk;
      stack.forward(trunk.outputs(body.joined), trunk.outputStride(), rows, memory);
    }

    void backward() {
      Trunk trunk = body.trunk;
      stack.backward(trunk.outputs(body.joined), trunk.outputStride(), rows, memory, gradients);
      float @Nullable [] hiddenGradients = trunk.outputGradients();
      if (hiddenGradients != null) {
        stack.backwardInputs(rows, hiddenGradients);
        trunk.backward(body.joined, rows, gradients);
      }
      if (body.hasImages()) {
        if (hiddenGradients != null) {
          trunk.backwardInputs(rows, List.of(), body.joinedGradients);
        } else {
          stack.backwardInputs(rows, body.joinedGradients);
        }
        body.backwardConvolutions(inputs, images, 0, rows, gradients);
      }
    }
  }

  /** Creates networks whose parameters are all zero, run on up to {@code threads} threads. */
  public RecurrentActorCritic(NetworkSpec spec, int threads) {
    this(spec, threads, Kernels.best());
  }

  RecurrentActorCritic(NetworkSpec spec, int threads, Kernels kernels) {
    this.spec = spec;
    duo = TwoThreads.of(spec.sharedTrunk() ? 1 : threads);
    parameters = new float[spec.parameterCount()];
    gradients = new float[spec.parameterCount()];
    criticOffset = spec.criticOffset();
    actor = new Side(spec.actorConvolutions(), spec.actorLayers(), spec.actorCells(), 0, kernels);
    critic =
        spec.sharedTrunk()
            ? actor
            : new Side(
                spec.criticConvolutions(),
                spec.criticLayers(),
                spec.criticCells(),
                spec.recurrence().stateSize(),
                kernels);
    policyHead = new DenseLayer(spec.actorLayers().getLast(), kernels);
    valueHead = new DenseLayer(spec.criticLayers().getLast(), kernels);
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
    actor.load();
    policyHead.load(parameters);
  }

  private void updateCritic() {
    update.apply(criticOffset, parameters.length);
    if (!spec.sharedTrunk()) {
      critic.load();
    }
    valueHead.load(parameters);
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void images(byte[] images) {
    this.images = images;
  }

  @Override
  public void memory(Memory memory) {
    this.memory = memory;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    call(inputs, rows, policyOutputs, values);
    both(forwardActor, forwardCritic);
  }

  private void forwardActor() {
    actor.forward();
    actor.stack.forwardHead(policyHead, rows, policyArgument, spec.policyOutputs());
  }

  private void forwardCritic() {
    if (!spec.sharedTrunk()) {
      critic.forward();
    }
    critic.stack.forwardHead(valueHead, rows, valueArgument, 1);
  }

  @Override
  public void policy(float[] inputs, int rows, float[] policyOutputs) {
    call(inputs, rows, policyOutputs, valueArgument);
    forwardActor();
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    call(inputs, rows, policyArgument, values);
    critic.forward();
    critic.stack.forwardHead(valueHead, rows, values, 1);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    call(inputs, rows, policyGradients, valueGradients);
    both(backwardActor, backwardCritic);
  }

  private void backwardActor() {
    actor.stack.backwardHead(
        policyHead, rows, policyArgument, spec.policyOutputs(), gradients, false);
    if (!spec.sharedTrunk()) {
      actor.backward();
    }
  }

  private void backwardCritic() {
    critic.stack.backwardHead(valueHead, rows, valueArgument, 1, gradients, spec.sharedTrunk());
    critic.backward();
  }

  private void call(float[] inputs, int rows, float[] policyArgument, float[] valueArgument) {
    if (memory.sequences < 1 || rows % memory.sequences != 0) {
      throw new IllegalArgumentException(
          "recurrent networks need rows of whole steps of their sequences, but got %d rows of %d sequences; call memory first"
              .formatted(rows, memory.sequences));
    }
    this.inputs = inputs;
    this.rows = rows;
    this.policyArgument = policyArgument;
    this.valueArgument = valueArgument;
    if (rows > rowCapacity) {
      actor.reserve(rows);
      policyHead.reserve(rows);
      if (!spec.sharedTrunk()) {
        critic.reserve(rows);
      }
      valueHead.reserve(rows);
      rowCapacity = rows;
    }
  }

  private void both(Runnable actor, Runnable critic) {
    if (rows < PARALLEL_ROWS) {
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
