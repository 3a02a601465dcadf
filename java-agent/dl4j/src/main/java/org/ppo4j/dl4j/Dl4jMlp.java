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
 * critic0}, ..., or for both {@code trunk0}, {@code trunk1}, ....
 *
 * <p>Heads are dense layers without activation, not DL4J's output layers: those come with a loss of
 * their own and accept no gradient from outside.
 */
final class Dl4jMlp {
  static final String INPUT = "observation";
  static final String POLICY = "policy";
  static final String VALUE = "value";

  /** Layers before the MLPs of {@link #graphOfRawObservations}. */
  static final String CENTERED = "centered";

  static final String SCALED = "scaled";

  private Dl4jMlp() {}

  /** Returns both MLPs, all parameters zero. */
  static ComputationGraph graph(NetworkSpec spec) {
    return initialized(spec, builder(), INPUT);
  }

  /**
   * Returns both MLPs behind two layers that turn {@code x} into {@code hardtanh((x * w1 + b1) * w2
   * + b2)}, all parameters zero.
   */
  static ComputationGraph graphOfRawObservations(NetworkSpec spec) {
    GraphBuilder builder =
        builder()
            .addLayer(CENTERED, elementWise(spec.inputs(), Activation.IDENTITY), INPUT)
            .addLayer(SCALED, elementWise(spec.inputs(), Activation.HARDTANH), CENTERED);
    return initialized(spec, builder, SCALED);
  }

  /**
   * Returns where each parameter stands in the graph's own flat array, {@code [parameterCount]}; -1
   * for the log standard deviations, which a graph has none of.
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
      // Views into the flat array: the offset and strides tell the order, whichever it is.
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

  private static GraphBuilder builder() {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.FLOAT)
        .updater(new NoOp())
        .weightInit(WeightInit.ZERO)
        .graphBuilder()
        .addInputs(INPUT);
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

  /** Adds all layers but the head; returns the name of what the head goes on. */
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
