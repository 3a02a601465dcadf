package org.ppo4j.benchmarks;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Times DL4J's {@code fit} on a minibatch of 64 through the actor and the critic that {@code
 * Dl4jActorCritic} runs, 17-64-64-6 and 17-64-64-1: squared errors and DL4J's Adam. Argument:
 * seconds. Prints the milliseconds of one call, after a warm-up of the same duration.
 */
public final class Dl4jFitTiming {
  private static final int ROWS = 64;
  private static final int WIDTH = 64;
  private static final String INPUT = "observation";

  private Dl4jFitTiming() {}

  public static void main(String[] args) {
    GraphBuilder builder =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(DataType.FLOAT)
            .updater(new Adam(3e-4))
            .graphBuilder()
            .addInputs(INPUT);
    add(builder, "actor", UpdateTiming.ACTIONS);
    add(builder, "critic", 1);
    ComputationGraph graph = new ComputationGraph(builder.setOutputs("actor2", "critic2").build());
    graph.init();
    INDArray[] inputs = {Nd4j.rand(DataType.FLOAT, ROWS, UpdateTiming.OBSERVATIONS)};
    INDArray[] labels = {
      Nd4j.rand(DataType.FLOAT, ROWS, UpdateTiming.ACTIONS), Nd4j.rand(DataType.FLOAT, ROWS, 1)
    };
    Runnable once = () -> graph.fit(inputs, labels);
    double seconds = Double.parseDouble(args[0]);
    UpdateTiming.milliseconds(once, seconds);
    System.out.println(UpdateTiming.milliseconds(once, seconds));
    graph.close();
  }

  private static void add(GraphBuilder builder, String name, int outputs) {
    builder
        .addLayer(name + "0", hidden(UpdateTiming.OBSERVATIONS), INPUT)
        .addLayer(name + "1", hidden(WIDTH), name + "0")
        .addLayer(
            name + "2",
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(WIDTH)
                .nOut(outputs)
                .activation(Activation.IDENTITY)
                .build(),
            name + "1");
  }

  private static DenseLayer hidden(int inputs) {
    return new DenseLayer.Builder().nIn(inputs).nOut(WIDTH).activation(Activation.TANH).build();
  }
}
