package org.ppo4j.dl4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.Recurrence;

/**
 * Writes networks as DL4J model files, for {@code ComputationGraph.load(file, false)} in a program
 * that has DL4J on its class path and no class of ppo4j. Their graph has the input {@code
 * observation [rows, imageBytes + inputs]}, the images of bytes first, and the outputs {@code
 * policy [rows, policyOutputs]} and {@code value [rows, 1]}; a graph of the user's keeps its names.
 *
 * <p>A graph with LSTM layers remembers in {@code rnnTimeStep(observation)}, which takes one step
 * of each row's episode. {@code rnnClearPreviousState()} forgets them all.
 *
 * <p>A normaliser becomes layers in front of the networks, which images of bytes do not pass
 * through:
 *
 * <pre>
 * centered = x - high
 * scaled = hardtanh((centered - low) / (clip * deviation))
 * clipped = clip * scaled
 * </pre>
 *
 * <p>Here {@code high} is the float nearest to the mean, and {@code low} is the rest of the mean. A
 * single layer {@code w * x + b} is not accurate: if the mean is large compared with the deviation,
 * its two terms cancel and their rounding errors remain. Subtracting first is exact near the mean
 * (Sterbenz). The only other error is the rounding of the observation to a float.
 */
public final class Dl4jModel {
  private Dl4jModel() {}

  /**
   * What is done to observations in front of the networks: {@code clip((x - mean) / deviation)}.
   *
   * @param mean of each input, {@code [inputs]}
   * @param deviation of each input, {@code [inputs]}, positive
   * @param clip the bound of the result, positive
   */
  public record Normalization(double[] mean, double[] deviation, double clip) {}

  /**
   * Writes the networks of an engine.
   *
   * @param file the file; overwritten
   * @param spec the shape of the networks
   * @param parameters the parameters in the order of {@code spec}; log standard deviations are not
   *     written, because they are not in the graph
   * @param normalization what the inputs pass through first; null for nothing
   * @throws IllegalArgumentException if the networks have GRU layers
   */
  public static void write(
      Path file, NetworkSpec spec, float[] parameters, @Nullable Normalization normalization)
      throws IOException {
    if (spec.recurrence().kind() == Recurrence.Kind.GRU) {
      throw new IllegalArgumentException(
          "a policy with GRU layers cannot be exported as a DL4J model, because DL4J has none;"
              + " export it as ONNX (--onnx) or for org.ppo4j.policy (--policy)");
    }
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

  /**
   * Writes a graph of the user's with its present parameters.
   *
   * @param file the file; overwritten
   * @param graph the graph, with one input of {@code inputs} numbers a row; unchanged
   * @param inputs the number of inputs
   * @param normalization what is in front of the graph; null for nothing
   */
  static void write(
      Path file, ComputationGraph graph, int inputs, @Nullable Normalization normalization)
      throws IOException {
    if (normalization == null) {
      ModelSerializer.writeModel(graph, file.toFile(), false);
      return;
    }
    ComputationGraph normalized = normalizedGraph(graph, inputs, normalization);
    try {
      ModelSerializer.writeModel(normalized, file.toFile(), false);
    } finally {
      normalized.close();
    }
  }

  /** Returns a copy of a graph whose vertices have normalised observations for their input. */
  private static ComputationGraph normalizedGraph(
      ComputationGraph graph, int inputs, Normalization normalization) {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    String input = configuration.getNetworkInputs().getFirst();
    Map<String, GraphVertex> vertices = configuration.getVertices();
    String centered = unused(Dl4jGraph.CENTERED, vertices);
    String scaled = unused(Dl4jGraph.SCALED, vertices);
    String clipped = unused("clipped", vertices);
    GraphBuilder builder = Dl4jGraph.builder(input);
    String normalized =
        Dl4jGraph.addNormalization(
            builder, inputs, normalization.clip, input, centered, scaled, clipped);
    configuration
        .getVertexInputs()
        .forEach(
            (name, from) ->
                builder.addVertex(
                    name,
                    Objects.requireNonNull(vertices.get(name)).clone(),
                    from.stream()
                        .map(each -> each.equals(input) ? normalized : each)
                        .toArray(String[]::new)));
    builder.setOutputs(configuration.getNetworkOutputs().toArray(String[]::new));
    ComputationGraph copy = new ComputationGraph(builder.build());
    copy.init();
    graph.paramTable().forEach((name, values) -> copy.getParam(name).assign(values));
    assign(copy, centered, scaled, normalization);
    return copy;
  }

  /** Returns a name that no vertex has: {@code name}, or with underscores. */
  private static String unused(String name, Map<String, GraphVertex> vertices) {
    return vertices.containsKey(name) ? unused(name + "_", vertices) : name;
  }

  private static ComputationGraph graph(NetworkSpec spec, float[] parameters) {
    ComputationGraph graph = Dl4jGraph.graph(spec);
    load(graph, spec, parameters);
    return graph;
  }

  private static ComputationGraph normalizedGraph(
      NetworkSpec spec, float[] parameters, Normalization normalization) {
    ComputationGraph graph = Dl4jGraph.graphOfRawObservations(spec, normalization.clip);
    load(graph, spec, parameters);
    assign(graph, Dl4jGraph.CENTERED, Dl4jGraph.SCALED, normalization);
    return graph;
  }

  /** Sets the parameters of the two layers that normalise. */
  private static void assign(
      ComputationGraph graph, String centered, String scaled, Normalization normalization) {
    int inputs = normalization.mean.length;
    double clip = Dl4jGraph.clips(normalization.clip) ? normalization.clip : 1;
    float[] ones = new float[inputs];
    float[] minusHigh = new float[inputs];
    float[] scale = new float[inputs];
    float[] minusLow = new float[inputs];
    for (int i = 0; i < inputs; i++) {
      double mean = normalization.mean[i];
      double range = clip * normalization.deviation[i];
      ones[i] = 1;
      minusHigh[i] = (float) -mean;
      scale[i] = (float) (1 / range);
      minusLow[i] = (float) ((-mean - minusHigh[i]) / range);
    }
    assign(graph, centered + "_W", ones);
    assign(graph, centered + "_b", minusHigh);
    assign(graph, scaled + "_W", scale);
    assign(graph, scaled + "_b", minusLow);
  }

  private static void load(ComputationGraph graph, NetworkSpec spec, float[] parameters) {
    int[] places = Dl4jGraph.places(spec, graph);
    float[] flat = new float[Math.toIntExact(graph.numParams())];
    for (int i = 0; i < places.length; i++) {
      if (places[i] >= 0) {
        flat[places[i]] += parameters[i]; // the two biases of an LSTM's gate are one
      }
    }
    graph.setParams(Nd4j.createFromArray(flat));
  }

  private static void assign(ComputationGraph graph, String parameter, float[] values) {
    INDArray array = graph.getParam(parameter);
    array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
  }
}
