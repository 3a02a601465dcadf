package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * An actor and a critic that DL4J computes.
 *
 * <p>The parameters are in Java. All of them are copied to DL4J after each change, and all
 * gradients are copied back after each backward pass. Each ND4J operation takes microseconds and
 * leaves objects whose native memory is freed only after a garbage collection. Young collections
 * miss many of them: without a full collection from time to time, the heap fills with trackers of
 * tiny arrays and a pass takes three times as long. This class therefore requests a full collection
 * after every {@link #COLLECTION_SECONDS} seconds of use.
 */
public final class Dl4jActorCritic implements ActorCritic {
  private static final int COLLECTION_SECONDS = 10;

  private final NetworkShape shape;
  private final ComputationGraph graph;

  /** Whether {@link #initialize} draws other weights; otherwise the graph keeps those it has. */
  private final boolean initializes;

  /** The index of each parameter in the graph's flat array; -1 for those not in the graph. */
  private final int[] places;

  private final float[] parameters;
  private final float[] gradients;

  /** Parameters or gradients in the graph's order. */
  private final float[] flat;

  /** The input of the last forward pass; the graph keeps it for the backward pass. */
  private INDArray input = Nd4j.zeros(DataType.FLOAT, 1, 1);

  private byte[] images = {};

  /** Images of bytes and inputs of the rows of a call, if there are images of bytes. */
  private float[] joined = {};

  private volatile boolean closed;

  private long lastCollection = System.nanoTime();

  /**
   * Makes networks whose parameters are all zero. Unless {@code OMP_NUM_THREADS} is set, ND4J uses
   * one thread from then on, in the whole process: MLPs of this size are several times slower on
   * more.
   */
  public Dl4jActorCritic(NetworkSpec spec) {
    this(spec, Dl4jGraph.graph(spec), false);
    useOneThread();
  }

  /** Has ND4J use one thread, in the whole process, unless {@code OMP_NUM_THREADS} is set. */
  private static void useOneThread() {
    if (System.getenv("OMP_NUM_THREADS") == null) {
      // The first is for ND4J's own operations, the second for OpenBLAS.
      Nd4j.getEnvironment().setMaxMasterThreads(1);
      Nd4j.factory().blas().setMaxThreads(1);
    }
  }

  private Dl4jActorCritic(NetworkShape shape, ComputationGraph graph, boolean initializes) {
    this.shape = shape;
    this.graph = graph;
    this.initializes = initializes;
    places = Dl4jGraph.places(shape, graph);
    parameters = new float[shape.parameterCount()];
    gradients = new float[shape.parameterCount()];
    flat = new float[Math.toIntExact(graph.numParams())];
    take(graph.params());
  }

  /**
   * Makes an actor and a critic of any graph whose rows do not depend on each other: convolutions,
   * residual blocks, a shared trunk. A training starts from the graph's weights. The parameters are
   * the graph's in the graph's order, then the log standard deviations.
   *
   * <p>Forward passes run as at inference, so dropout has no effect.
   *
   * @param graph an initialised graph of floats with one input {@code [rows, inputs]} and two
   *     outputs, {@code [rows, policyOutputs]} and {@code [rows, 1]}, whose layers are not DL4J's
   *     output layers (which have their own loss); closed with the result
   * @param inputs the number of input features; images arrive flat, see DL4J's {@code
   *     InputType.convolutionalFlat}
   * @param logStdSize the number of log standard deviations; 0 for discrete actions
   * @throws IllegalArgumentException if the graph does not meet these conditions
   */
  public static Dl4jActorCritic of(ComputationGraph graph, int inputs, int logStdSize) {
    return new Dl4jActorCritic(Dl4jGraphShape.of(graph, inputs, logStdSize), graph, false);
  }

  /** Makes the same of a graph whose weights {@link #initialize} draws, on one thread. */
  static Dl4jActorCritic initializing(ComputationGraph graph, int inputs, int logStdSize) {
    useOneThread();
    return new Dl4jActorCritic(Dl4jGraphShape.of(graph, inputs, logStdSize), graph, true);
  }

  /** Returns the graph, with the parameters as of the last {@link #parametersChanged}. */
  ComputationGraph graph() {
    return graph;
  }

  /** Has DL4J draw the weights as the graph's configuration says, seeded from {@code random}. */
  @Override
  public void initialize(UniformRandomProvider random) {
    if (!initializes) {
      return;
    }
    ComputationGraphConfiguration configuration = graph.getConfiguration().clone();
    configuration.getDefaultConfiguration().setSeed(random.nextLong());
    ComputationGraph fresh = new ComputationGraph(configuration);
    fresh.init();
    take(fresh.params());
    fresh.close();
    parametersChanged();
  }

  /** Copies a graph's flat parameters to {@link #parameters}. */
  private void take(INDArray params) {
    read(params, flat, flat.length);
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        parameters[i] = flat[places[i]];
      }
    }
  }

  @Override
  public NetworkShape shape() {
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
  public void images(byte[] images) {
    this.images = images;
  }

  @Override
  public void forward(float[] inputs, int rows, float[] policyOutputs, float[] values) {
    closeLastPass();
    input = input(inputs, rows);
    // As at inference, without clearing the layers' inputs, which the backward pass needs.
    INDArray[] outputs = graph.output(false, false, input);
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
  public boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeLastPass();
    graph.close();
  }

  /** Returns the graph's input: the images of bytes, if there are any, then the inputs. */
  private INDArray input(float[] inputs, int rows) {
    int bytes = shape.imageBytes();
    if (bytes == 0) {
      return matrix(inputs, rows, shape.inputs());
    }
    int size = bytes + shape.inputs();
    if (joined.length != rows * size) {
      joined = new float[rows * size];
    }
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < bytes; i++) {
        joined[row * size + i] = images[row * bytes + i] & 0xFF;
      }
      System.arraycopy(inputs, row * shape.inputs(), joined, row * size + bytes, shape.inputs());
    }
    return matrix(joined, rows, size);
  }

  /** Frees the last forward pass's input, and what the layers keep of it, which can be large. */
  private void closeLastPass() {
    for (GraphVertex vertex : graph.getVertices()) {
      for (INDArray each : vertex.getInputs()) {
        close(each);
      }
    }
    close(input);
  }

  private static void close(@Nullable INDArray array) {
    if (array != null && !array.wasClosed() && array.closeable()) {
      array.close();
    }
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
