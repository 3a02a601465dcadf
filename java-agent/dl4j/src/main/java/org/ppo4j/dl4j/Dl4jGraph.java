package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * A {@link NetworkSpec} as DL4J's {@code ComputationGraph}: input {@code observation}, outputs
 * {@code policy} and {@code value}, hidden layers {@code actor0}, {@code actor1}, ..., {@code
 * critic0}, ..., or, if shared, {@code trunk0}, {@code trunk1}, ....
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
   */
  static String addNormalization(
      GraphBuilder builder,
      int size,
      double clip,
      String input,
      String centered,
      String scaled,
      String clipped) {
    builder
        .addLayer(centered, elementWise(size, Activation.IDENTITY), input)
        .addLayer(scaled, elementWise(size, Activation.HARDTANH), centered)
        .addVertex(clipped, new ScaleVertex(clip), scaled);
    return clipped;
  }

  /**
   * Returns the index of each parameter in the graph's flat array, {@code [parameterCount]}; -1 for
   * those that are not in the graph: log standard deviations and an auxiliary value head.
   */
  static int[] places(NetworkShape shape, ComputationGraph graph) {
    int[] places = new int[shape.parameterCount()];
    if (shape instanceof NetworkSpec spec) {
      Arrays.fill(places, -1);
      int[] order = Dl4jConvolutions.inputOrder(spec);
      Dl4jConvolutions.place(spec.actorConvolutions(), actorPrefix(spec), graph, places);
      place(spec.actorLayers(), order, actorPrefix(spec), POLICY, graph, places);
      Dl4jConvolutions.place(spec.criticConvolutions(), criticPrefix(spec), graph, places);
      place(spec.criticLayers(), order, criticPrefix(spec), VALUE, graph, places);
    } else {
      Arrays.setAll(places, i -> i < shape.logStdOffset() ? i : -1);
    }
    return places;
  }

  /**
   * Writes the indices of the dense layers of a network.
   *
   * @param order where the graph has each input of the first layer
   */
  private static void place(
      List<NetworkSpec.Layer> layers,
      int[] order,
      String prefix,
      String head,
      ComputationGraph graph,
      int[] places) {
    for (int n = 0; n < layers.size(); n++) {
      NetworkSpec.Layer layer = layers.get(n);
      String name = n < layers.size() - 1 ? prefix + n : head;
      // These are views of the flat array, so offset and strides give the order.
      INDArray weights = graph.getParam(name + "_W");
      INDArray biases = graph.getParam(name + "_b");
      for (int j = 0; j < layer.out(); j++) {
        for (int i = 0; i < layer.in(); i++) {
          long row = n == 0 ? order[i] : i;
          places[layer.weights() + i * layer.out() + j] =
              (int) (weights.offset() + row * weights.stride(0) + (long) j * weights.stride(1));
        }
        places[layer.biases() + j] = (int) (biases.offset() + j);
      }
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
    String actor = addHidden(builder, spec, spec.actorLayers(), actorPrefix(spec), inputs);
    String critic =
        spec.sharedTrunk()
            ? actor
            : addHidden(builder, spec, spec.criticLayers(), criticPrefix(spec), inputs);
    builder.addLayer(POLICY, dense(spec.actorLayers().getLast(), Activation.IDENTITY), actor);
    builder.addLayer(VALUE, dense(spec.criticLayers().getLast(), Activation.IDENTITY), critic);
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
      String prefix,
      Dl4jInputs inputs) {
    String input = inputs.joined(builder, prefix, spec);
    for (int n = 0; n < layers.size() - 1; n++) {
      builder.addLayer(prefix + n, dense(layers.get(n), activation(spec)), input);
      input = prefix + n;
    }
    return input;
  }

  private static String actorPrefix(NetworkSpec spec) {
    return spec.sharedTrunk() ? "trunk" : "actor";
  }

  private static String criticPrefix(NetworkSpec spec) {
    return spec.sharedTrunk() ? "trunk" : "critic";
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
