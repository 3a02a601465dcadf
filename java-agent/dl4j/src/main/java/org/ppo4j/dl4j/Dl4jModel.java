package org.ppo4j.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.network.NetworkSpec;

/**
 * Writes networks as plain DL4J model files, for {@code ComputationGraph.load(file, false)} in a
 * program that has DL4J on its class path and nothing of ppo4j. The graph has the input {@code
 * observation [rows, inputs]} and the outputs {@code policy [rows, policyOutputs]} and {@code value
 * [rows, 1]}.
 *
 * <p>A normaliser becomes two layers in front of the MLPs, {@code hardtanh(((x - high) - low) /
 * (clip * deviation))} with the mean split into {@code high}, its nearest float, and {@code low},
 * the rest; the factor {@code clip} goes into the weights of the first layers, so the clipping is
 * exact. One layer {@code w * x + b} would not do: where the mean is large against the deviation,
 * its two terms cancel and leave their rounding errors. Subtracting first is exact near the mean
 * (Sterbenz). What remains is the rounding of the observation itself to a float.
 */
public final class Dl4jModel {
  private Dl4jModel() {}

  /**
   * What is done to observations before the MLPs see them: {@code clip((x - mean) / deviation)}.
   *
   * @param mean of each input, {@code [inputs]}
   * @param deviation of each input, {@code [inputs]}, positive
   * @param clip the bound of the result, positive
   */
  public record Normalization(double[] mean, double[] deviation, double clip) {}

  /**
   * Writes a model file.
   *
   * @param file the file; overwritten
   * @param spec the shape of the networks
   * @param parameters in the order of {@code spec}; log standard deviations are left out, as they
   *     are no part of a graph
   * @param normalization what comes before the MLPs; null for nothing
   */
  public static void write(
      Path file, NetworkSpec spec, float[] parameters, @Nullable Normalization normalization)
      throws IOException {
    ComputationGraph graph =
        normalization == null
            ? graph(spec, parameters)
            : normalizedGraph(spec, parameters, normalization);
    try {
      ModelSerializer.writeModel(graph, file.toFile(), false);
    } finally {
      graph.close();
    }
  }

  private static ComputationGraph graph(NetworkSpec spec, float[] parameters) {
    ComputationGraph graph = Dl4jMlp.graph(spec);
    load(graph, spec, parameters);
    return graph;
  }

  private static ComputationGraph normalizedGraph(
      NetworkSpec spec, float[] parameters, Normalization normalization) {
    float[] scaled = parameters.clone();
    Stream.of(spec.actorLayers().getFirst(), spec.criticLayers().getFirst())
        .distinct() // one where the trunk is shared
        .forEach(layer -> scaleWeights(layer, normalization.clip, scaled));
    int inputs = spec.inputs();
    float[] ones = new float[inputs];
    float[] minusHigh = new float[inputs];
    float[] scale = new float[inputs];
    float[] minusLow = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      double mean = normalization.mean[i];
      double range = normalization.clip * normalization.deviation[i];
      ones[i] = 1;
      minusHigh[i] = (float) -mean;
      scale[i] = (float) (1 / range);
      minusLow[i] = (float) ((-mean - minusHigh[i]) / range);
    }
    ComputationGraph graph = Dl4jMlp.graphOfRawObservations(spec);
    load(graph, spec, scaled);
    assign(graph, Dl4jMlp.CENTERED + "_W", ones);
    assign(graph, Dl4jMlp.CENTERED + "_b", minusHigh);
    assign(graph, Dl4jMlp.SCALED + "_W", scale);
    assign(graph, Dl4jMlp.SCALED + "_b", minusLow);
    return graph;
  }

  private static void scaleWeights(NetworkSpec.Layer layer, double factor, float[] parameters) {
    for (int i = layer.weights(); i < layer.biases(); i++) {
      parameters[i] = (float) (factor * parameters[i]);
    }
  }

  private static void load(ComputationGraph graph, NetworkSpec spec, float[] parameters) {
    int[] places = Dl4jMlp.places(spec, graph);
    float[] flat = new float[Math.toIntExact(graph.numParams())];
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        flat[places[i]] = parameters[i];
      }
    }
    graph.setParams(Nd4j.createFromArray(flat));
  }

  private static void assign(ComputationGraph graph, String parameter, float[] values) {
    INDArray array = graph.getParam(parameter);
    array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
  }
}
