package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * The engine on DL4J.
 *
 * <p>DL4J computes; the parameters live in Java and go over whole, once per change, gradients come
 * back whole, once per backward pass. Each ND4J operation costs microseconds and leaves objects
 * behind whose native memory is freed only after a garbage collection, and young collections keep
 * missing them: without a full one from time to time the heap fills with trackers of tiny arrays
 * and a pass takes three times as long. So one is asked for every {@link #COLLECTION_SECONDS}
 * seconds of use.
 */
public final class Dl4jActorCritic implements ActorCritic {
  private static final int COLLECTION_SECONDS = 10;

  private final NetworkShape shape;
  private final ComputationGraph graph;

  /** Place in the graph's flat array of each parameter; -1 where it is none of the graph's. */
  private final int[] places;

  private final float[] parameters;
  private final float[] gradients;

  /** In the graph's own order. */
  private final float[] flat;

  /** Of the last forward pass; the graph keeps it for the backward pass. */
  private INDArray input = Nd4j.zeros(DataType.FLOAT, 1, 1);

  private long lastCollection = System.nanoTime();

  /**
   * Makes networks whose parameters are all zero. Unless {@code OMP_NUM_THREADS} says otherwise,
   * ND4J computes with one thread from now on: MLPs of this size are several times slower on more.
   */
  public Dl4jActorCritic(NetworkSpec spec) {
    this(spec, Dl4jMlp.graph(spec));
    if (System.getenv("OMP_NUM_THREADS") == null) {
      // The one governs ND4J's own operations, the other OpenBLAS.
      Nd4j.getEnvironment().setMaxMasterThreads(1);
      Nd4j.factory().blas().setMaxThreads(1);
    }
  }

  private Dl4jActorCritic(NetworkShape shape, ComputationGraph graph) {
    this.shape = shape;
    this.graph = graph;
    places = Dl4jMlp.places(shape, graph);
    parameters = new float[shape.parameterCount()];
    gradients = new float[shape.parameterCount()];
    flat = new float[Math.toIntExact(graph.numParams())];
    read(graph.params(), flat, flat.length);
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        parameters[i] = flat[places[i]];
      }
    }
  }

  /**
   * Makes an actor and a critic of a graph somebody built: convolutions, a shared trunk, whatever
   * DL4J has that carries no state from one row to the next. It starts from the graph's weights,
   * and its parameters are the graph's in the graph's own order, then the log standard deviations.
   *
   * <p>The graph runs as at inference in forward passes too, so dropout has no effect.
   *
   * @param graph an initialised graph of floats with one input {@code [rows, inputs]} and two
   *     outputs, {@code [rows, policyOutputs]} and {@code [rows, 1]}, that are no output layers of
   *     DL4J (those have a loss of their own); closed with this
   * @param inputs the number of input features; images arrive flat, see DL4J's {@code
   *     InputType.convolutionalFlat}
   * @param logStdSize the number of log standard deviations; 0 for discrete actions
   * @throws IllegalArgumentException if the graph is not like that
   */
  public static Dl4jActorCritic of(ComputationGraph graph, int inputs, int logStdSize) {
    return new Dl4jActorCritic(Dl4jGraphShape.of(graph, inputs, logStdSize), graph);
  }

  @Override
  public NetworkShape spec() {
    return shape;
  }

  @Override
  public float[] parameters() {
    return parameters;
  }

  @Override
  public void parametersChanged() {
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        flat[places[i]] = parameters[i];
      }
    }
    try (INDArray array = Nd4j.createFromArray(flat)) {
      graph.params().assign(array);
    }
  }

  @Override
  public float[] gradients() {
    return gradients;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    INDArray previous = input;
    input = matrix(inputs, rows, shape.inputs());
    // Not at training time; layer inputs stay for the backward pass.
    INDArray[] outputs = graph.output(false, false, input);
    previous.close();
    read(outputs[0], policyOutputs, rows * shape.policyOutputs());
    read(outputs[1], values, rows);
    collectGarbage();
  }

  @Override
  public void policy(float[] inputs, int rows, float[] policyOutputs) {
    forward(inputs, rows, policyOutputs, new float[rows]);
  }

  @Override
  public void values(float[] inputs, int rows, float[] values) {
    forward(inputs, rows, new float[rows * shape.policyOutputs()], values);
  }

  @Override
  public void backward(float[] inputs, int rows, float[] policyGradients, float[] valueGradients) {
    try (INDArray policy = matrix(policyGradients, rows, shape.policyOutputs());
        INDArray value = matrix(valueGradients, rows, 1)) {
      read(graph.backpropGradient(policy, value).gradient(), flat, flat.length);
    }
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        gradients[i] = flat[places[i]];
      }
    }
    collectGarbage();
  }

  @Override
  public void close() {
    input.close();
    graph.close();
  }

  private static INDArray matrix(float[] data, int rows, int columns) {
    int size = rows * columns;
    float[] exact = data.length == size ? data : Arrays.copyOf(data, size);
    return Nd4j.create(exact, new long[] {rows, columns}, 'c');
  }

  private static void read(INDArray from, float[] to, int size) {
    INDArray rowMajor = from.ordering() == 'c' && !from.isView() ? from : from.dup('c');
    rowMajor.data().asNioFloat().get(to, 0, size);
  }

  private void collectGarbage() {
    long now = System.nanoTime();
    if (now - lastCollection > TimeUnit.SECONDS.toNanos(COLLECTION_SECONDS)) {
      System.gc();
      lastCollection = now;
    }
  }
}
