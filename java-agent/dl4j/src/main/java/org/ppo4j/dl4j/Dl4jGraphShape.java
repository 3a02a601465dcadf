package org.ppo4j.dl4j;

import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * The sizes of a graph that is not one of {@link NetworkSpec}'s MLPs: its parameters in its order,
 * then the log standard deviations.
 *
 * @param graphParameters the number of the graph's parameters
 */
record Dl4jGraphShape(int inputs, int policyOutputs, int logStdSize, int graphParameters)
    implements NetworkShape {

  /** Returns the shape of {@code graph}, which it runs on a row of zeros. */
  static Dl4jGraphShape of(ComputationGraph graph, int inputs, int logStdSize) {
    require(
        graph.getNumInputArrays() == 1 && graph.getNumOutputArrays() == 2,
        "the graph needs one input and two outputs, policy and value, but has %d and %d",
        graph.getNumInputArrays(),
        graph.getNumOutputArrays());
    require(
        graph.params().dataType() == DataType.FLOAT,
        "the graph needs parameters of type FLOAT, but they are %s",
        graph.params().dataType());
    for (Layer layer : graph.getLayers()) {
      require(
          !(layer.conf().getLayer() instanceof BatchNormalization),
          "the layer %s is a batch normalisation, whose statistics PPO cannot train; leave it out",
          layer.conf().getLayer().getLayerName());
    }
    for (String output : graph.getConfiguration().getNetworkOutputs()) {
      require(
          !(graph.getLayer(output) instanceof IOutputLayer),
          "the output %s has its own loss; use a layer without one, such as DenseLayer with"
              + " activation IDENTITY",
          output);
    }
    try (INDArray row = Nd4j.zeros(DataType.FLOAT, 1, inputs)) {
      INDArray[] outputs = graph.output(row);
      require(
          outputs[0].rank() == 2 && outputs[1].rank() == 2 && outputs[1].columns() == 1,
          "the graph's outputs must have the shapes [rows, policyOutputs] and [rows, 1], but a row"
              + " gives %s and %s",
          outputs[0].shapeInfoToString(),
          outputs[1].shapeInfoToString());
      return new Dl4jGraphShape(
          inputs, outputs[0].columns(), logStdSize, Math.toIntExact(graph.numParams()));
    }
  }

  @Override
  public int logStdOffset() {
    return graphParameters;
  }

  @Override
  public int parameterCount() {
    return graphParameters + logStdSize;
  }

  @Override
  public String describe(int index) {
    return index < graphParameters ? "parameter %d of the graph".formatted(index) : "log deviation";
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be a dependency
  private static void require(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(arguments));
    }
  }
}
