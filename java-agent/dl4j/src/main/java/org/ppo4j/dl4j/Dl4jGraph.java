package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.normalize.FeatureTransform;
import org.ppo4j.agent.numeric.FiniteChecks;

/**
 * A {@link NetworkSpec} as DL4J's {@code ComputationGraph}: input {@code observation}, outputs
 * {@code policy} and {@code value}, hidden layers {@code actor0}, {@code actor1}, ..., {@code
 * critic0}, ..., or, if shared, {@code trunk0}, {@code trunk1}, .... LSTM layers follow them:
 * {@code actorLstm0}, ....
 *
 * <p>{@link Dl4jInputs} describes a row of the input: the features, or the pixels of an image as
 * the environment gives them. Heads are dense layers without activation, not DL4J's output layers,
 * which have their own loss and accept no gradient from outside.
 */
final class Dl4jGraph {
  static final String INPUT = "observation";
  static final String POLICY = "policy";
  static final String VALUE = "value";

  /** The first layer of {@link #graphOfRawObservations}. */
  static final String CENTERED = "centered";

  /** The second layer of {@link #graphOfRawObservations}. */
  static final String SCALED = "scaled";

  /** What follows it. */
  static final String CLIPPED = "clipped";

  /** The gates of DL4J's LSTM that are PyTorch's input, forget, cell and output gates. */
  private static final int[] GATES = {3, 1, 0, 2};

  private Dl4jGraph() {}

  /** Returns both networks, all parameters zero. */
  static ComputationGraph graph(NetworkSpec spec) {
    GraphBuilder builder = builder(INPUT);
    return initialized(spec, builder, Dl4jInputs.of(builder, spec, INPUT, features -> features));
  }

  /**
   * Returns both networks, all parameters zero, whose features pass through {@linkplain
   * #addNormalization layers} that normalise them.
   */
  static ComputationGraph graphOfRawObservations(NetworkSpec spec, double clip) {
    GraphBuilder builder = builder(INPUT);
    return initialized(
        spec,
        builder,
        Dl4jInputs.of(
            builder,
            spec,
            INPUT,
            features ->
                addNormalization(
                    builder, spec.inputs(), clip, features, CENTERED, SCALED, CLIPPED)));
  }

  /**
   * Adds two layers and a vertex; returns the vertex.
   *
   * <pre>
   * centered = w1 * input + b1
   * scaled = hardtanh(w2 * centered + b2)
   * clipped = clip * scaled
   * </pre>
   *
   * <p>Without {@linkplain #clips bounds} there is no hardtanh, and the second layer is the result.
   */
  static String addNormalization(
      GraphBuilder builder,
      int size,
      double clip,
      String input,
      String centered,
      String scaled,
      String clipped) {
    builder.addLayer(centered, elementWise(size, Activation.IDENTITY), input);
    if (!clips(clip)) {
      builder.addLayer(scaled, elementWise(size, Activation.IDENTITY), centered);
      return scaled;
    }
    builder
        .addLayer(scaled, elementWise(size, Activation.HARDTANH), centered)
        .addVertex(clipped, new ScaleVertex(clip), scaled);
    return clipped;
  }

  /**
   * Returns whether a normalised feature can exceed {@code clip}. None can if it is infinite or
   * more than the {@linkplain FiniteChecks#LIMIT largest number} divided by the smallest deviation,
   * the root of {@link FeatureTransform#EPSILON}.
   */
  static boolean clips(double clip) {
    return clip <= FiniteChecks.LIMIT / Math.sqrt(FeatureTransform.EPSILON);
  }

  /**
   * Returns the index of each parameter in the graph's flat array, {@code [parameterCount]}; -1 for
   * those that are not in the graph: log standard deviations and an auxiliary value head. An LSTM's
   * biases of inputs and of states have the same index, where DL4J has their sum.
   */
  static int[] places(NetworkShape shape, ComputationGraph graph) {
    int[] places = new int[shape.parameterCount()];
    if (shape instanceof NetworkSpec spec) {
      Arrays.fill(places, -1);
      int[] order = Dl4jConvolutions.inputOrder(spec);
      String actor = actorPrefix(spec);
      String critic = criticPrefix(spec);
      Dl4jConvolutions.place(spec.actorConvolutions(), actor, graph, places);
      place(spec.actorLayers(), spec.actorCells(), order, actor, POLICY, graph, places);
      Dl4jConvolutions.place(spec.criticConvolutions(), critic, graph, places);
      place(spec.criticLayers(), spec.criticCells(), order, critic, VALUE, graph, places);
    } else {
      Arrays.setAll(places, i -> i < shape.logStdOffset() ? i : -1);
    }
    return places;
  }

  /**
   * Writes the indices of the dense and LSTM layers of a network.
   *
   * @param order where the graph has each input of the first of them
   */
  private static void place(
      List<NetworkSpec.Layer> layers,
      List<NetworkSpec.Layer> cells,
      int[] order,
      String prefix,
      String head,
      ComputationGraph graph,
      int[] places) {
    int last = layers.size() - 1;
    IntUnaryOperator same = i -> i;
    for (int n = 0; n <= last; n++) {
      String name = n < last ? prefix + n : head;
      boolean isFirst = n == 0 && (last > 0 || cells.isEmpty());
      IntUnaryOperator row = isFirst ? i -> order[i] : same;
      place(layers.get(n), name, "_W", row, same, graph, places);
    }
    for (int n = 0; n < cells.size(); n++) {
      int units = cells.get(n).out() / GATES.length;
      IntUnaryOperator row = n == 0 && last == 0 ? i -> order[i] : same;
      IntUnaryOperator column = j -> GATES[j / units] * units + j % units;
      String weights = n % 2 == 0 ? "_W" : "_RW";
      place(cells.get(n), lstmName(prefix, n / 2), weights, row, column, graph, places);
    }
  }

  /**
   * Writes the indices of a dense layer, or of one of the two products of an LSTM layer.
   *
   * @param row where the graph's layer has an input
   * @param column where it has an output
   */
  private static void place(
      NetworkSpec.Layer layer,
      String name,
      String weightsSuffix,
      IntUnaryOperator row,
      IntUnaryOperator column,
      ComputationGraph graph,
      int[] places) {
    // These are views of the flat array, so offset and strides give the order.
    INDArray weights = graph.getParam(name + weightsSuffix);
    INDArray biases = graph.getParam(name + "_b");
    for (int j = 0; j < layer.out(); j++) {
      long to = column.applyAsInt(j);
      for (int i = 0; i < layer.in(); i++) {
        long from = row.applyAsInt(i);
        places[layer.weights() + i * layer.out() + j] =
            (int) (weights.offset() + from * weights.stride(0) + to * weights.stride(1));
      }
      places[layer.biases() + j] = (int) (biases.offset() + to);
    }
  }

  /** Returns the builder of a graph of floats with one input. */
  static GraphBuilder builder(String input) {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.FLOAT)
        .updater(new NoOp())
        .weightInit(WeightInit.ZERO)
        .graphBuilder()
        .addInputs(input);
  }

  private static ComputationGraph initialized(
      NetworkSpec spec, GraphBuilder builder, Dl4jInputs inputs) {
    String actor =
        addHidden(builder, spec, spec.actorLayers(), spec.actorCells(), actorPrefix(spec), inputs);
    String critic =
        spec.sharedTrunk()
            ? actor
            : addHidden(
                builder, spec, spec.criticLayers(), spec.criticCells(), criticPrefix(spec), inputs);
    addHead(builder, spec, POLICY, spec.actorLayers().getLast(), actor);
    addHead(builder, spec, VALUE, spec.criticLayers().getLast(), critic);
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(POLICY, VALUE).build());
    graph.init();
    graph.params().assign(0);
    return graph;
  }

  /** Adds all layers except the head; returns the name of the head's input. */
  private static String addHidden(
      GraphBuilder builder,
      NetworkSpec spec,
      List<NetworkSpec.Layer> layers,
      List<NetworkSpec.Layer> cells,
      String prefix,
      Dl4jInputs inputs) {
    String input = inputs.joined(builder, prefix, spec);
    for (int n = 0; n < layers.size() - 1; n++) {
      builder.addLayer(prefix + n, dense(layers.get(n), activation(spec)), input);
      input = prefix + n;
    }
    for (int n = 0; n < cells.size(); n += 2) {
      String name = lstmName(prefix, n / 2);
      InputPreProcessor steps = n == 0 ? new FeedForwardToRnnPreProcessor() : null;
      builder.addLayer(name, lstm(cells.get(n)), steps, input);
      input = name;
    }
    return input;
  }

  private static void addHead(
      GraphBuilder builder, NetworkSpec spec, String name, NetworkSpec.Layer head, String input) {
    InputPreProcessor rows =
        spec.recurrence().isPresent() ? new RnnToFeedForwardPreProcessor() : null;
    builder.addLayer(name, dense(head, Activation.IDENTITY), rows, input);
  }

  private static String actorPrefix(NetworkSpec spec) {
    return spec.sharedTrunk() ? "trunk" : "actor";
  }

  private static String criticPrefix(NetworkSpec spec) {
    return spec.sharedTrunk() ? "trunk" : "critic";
  }

  private static String lstmName(String prefix, int number) {
    return prefix + "Lstm" + number;
  }

  /** Returns an LSTM layer, the product of whose inputs is {@code inputs}. */
  private static LSTM lstm(NetworkSpec.Layer inputs) {
    return new LSTM.Builder()
        .nIn(inputs.in())
        .nOut(inputs.out() / GATES.length)
        .activation(Activation.TANH)
        .gateActivationFunction(Activation.SIGMOID)
        .build();
  }

  private static DenseLayer dense(NetworkSpec.Layer layer, Activation activation) {
    return new DenseLayer.Builder()
        .nIn(layer.in())
        .nOut(layer.out())
        .activation(activation)
        .build();
  }

  private static ElementWiseMultiplicationLayer elementWise(int size, Activation activation) {
    return new ElementWiseMultiplicationLayer.Builder()
        .nIn(size)
        .nOut(size)
        .activation(activation)
        .build();
  }

  private static Activation activation(NetworkSpec spec) {
    return switch (spec.activation()) {
      case TANH -> Activation.TANH;
      case RELU -> Activation.RELU;
      case ELU -> Activation.ELU;
      case LEAKY_RELU -> Activation.LEAKYRELU;
      case SILU -> Activation.SWISH;
    };
  }
}
