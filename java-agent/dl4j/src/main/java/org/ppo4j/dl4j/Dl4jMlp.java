package org.ppo4j.dl4j;

import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
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
 * <p>Heads are dense layers without activation, not DL4J's output layers, which have their own loss
 * and accept no gradient from outside.
 */
final class Dl4jMlp {
  static final String INPUT = "observation";
  static final String POLICY = "policy";
  static final String VALUE = "value";

  /** The first layer of {@link #graphOfRawObservations}. */
  static final String CENTERED = "centered";

  /** The second layer of {@link #graphOfRawObservations}. */
  static final String SCALED = "scaled";

  private Dl4jMlp() {}

  /** Returns both MLPs, all parameters zero. */
  static ComputationGraph graph(NetworkSpec spec) {
    return initialized(spec, builder(INPUT), INPUT);
  }

  /**
   * Returns both MLPs, all parameters zero, with {@linkplain #addNormalization two layers} in front
   * of them.
   */
  static ComputationGraph graphOfRawObservations(NetworkSpec spec) {
    GraphBuilder builder = builder(INPUT);
    addNormalization(builder, spec.inputs(), INPUT, CENTERED, SCALED);
    return initialized(spec, builder, SCALED);
  }

  /**
   * Adds two layers.
   *
   * <pre>
   * centered = w1 * input + b1
   * scaled = hardtanh(w2 * centered + b2)
   * </pre>
   */
  static void addNormalization(
      GraphBuilder builder, int size, String input, String centered, String scaled) {
    builder
        .addLayer(centered, elementWise(size, Activation.IDENTITY), input)
        .addLayer(scaled, elementWise(size, Activation.HARDTANH), centered);
  }

  /**
   * Returns the index of each parameter in the graph's flat array, {@code [parameterCount]}; -1 for
   * the log standard deviations, which are not in the graph.
   */
  static int[] places(NetworkShape shape, ComputationGraph graph) {
    int[] places = new int[shape.parameterCount()];
    if (shape instanceof NetworkSpec spec) {
      place(spec.actorLayers(), actorPrefix(spec), POLICY, graph, places);
      place(spec.criticLayers(), criticPrefix(spec), VALUE, graph, places);
    } else {
      Arrays.setAll(places, i -> i);
    }
    Arrays.fill(places, shape.logStdOffset(), shape.logStdOffset() + shape.logStdSize(), -1);
    return places;
  }

  private static void place(
      List<NetworkSpec.Layer> layers,
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
          places[layer.weights() + i * layer.out() + j] =
              (int)
                  (weights.offset() + (long) i * weights.stride(0) + (long) j * weights.stride(1));
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
      NetworkSpec spec, GraphBuilder builder, String input) {
    String actor = addHidden(builder, spec, spec.actorLayers(), actorPrefix(spec), input);
    String critic =
        spec.sharedTrunk()
            ? actor
            : addHidden(builder, spec, spec.criticLayers(), criticPrefix(spec), input);
    builder.addLayer(POLICY, dense(spec.actorLayers().getLast(), Activation.IDENTITY), actor);
    builder.addLayer(VALUE, dense(spec.criticLayers().getLast(), Activation.IDENTITY), critic);
    ComputationGraph graph = new ComputationGraph(builder.setOutputs(POLICY, VALUE).build());
    graph.init();
    graph.params().assign(0);
    return graph;
  }

  /** Adds all layers but the head; returns the name of the head's input. */
  private static String addHidden(
      GraphBuilder builder,
      NetworkSpec spec,
      List<NetworkSpec.Layer> layers,
      String prefix,
      String input) {
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
    };
  }
}
