package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.rng.simple.RandomSource;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCriticContract;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;

/** {@link Dl4jActorCritic} meets the contract, runs users' graphs, and leaks no memory. */
class Dl4jActorCriticTest extends ActorCriticContract {
  private static final int PIXELS = 6 * 5;

  @Override
  protected ActorCritic create(NetworkSpec spec) {
    return new Dl4jActorCritic(spec);
  }

  @Test
  void convolutionsHaveTheGradientsOfFiniteDifferences() {
    try (ActorCritic network = Dl4jActorCritic.of(convolutions(dense(1)), PIXELS, 2)) {
      assertThat(network.shape().policyOutputs()).isEqualTo(3);
      int rows = 2;
      Random random = new Random(1);
      float[] inputs = gaussians(rows * PIXELS, random);
      float[] policyGradients = gaussians(rows * 3, random);
      float[] valueGradients = gaussians(rows, random);
      Arrays.fill(network.gradients(), 0.75f);
      loss(network, inputs, policyGradients, valueGradients);
      network.backward(inputs, rows, policyGradients, valueGradients);

      int logStd = network.shape().logStdOffset();
      assertThat(network.gradients()).hasSize(logStd + 2).endsWith(0.75f, 0.75f);
      double step = 1e-2;
      for (int i = 0; i < logStd; i++) {
        float parameter = network.parameters()[i];
        network.parameters()[i] = (float) (parameter + step);
        network.parametersChanged();
        double above = loss(network, inputs, policyGradients, valueGradients);
        network.parameters()[i] = (float) (parameter - step);
        network.parametersChanged();
        double below = loss(network, inputs, policyGradients, valueGradients);
        network.parameters()[i] = parameter;
        assertThat((double) network.gradients()[i])
            .as("gradient of parameter %d", i)
            .isCloseTo((above - below) / (2 * step), within(5e-3));
      }
    }
  }

  @Test
  void initialisationKeepsTheWeightsOfAGivenGraph() {
    ComputationGraph graph = convolutions(dense(1));
    float[] weights = graph.params().toFloatVector();
    try (ActorCritic network = Dl4jActorCritic.of(graph, PIXELS, 2)) {
      OrthogonalInit.initialize(network, 0.01, -0.5, RandomSource.XO_SHI_RO_256_PP.create(1));
      assertThat(network.parameters()).startsWith(weights).endsWith(-0.5f, -0.5f);
      assertThat(graph.params().toFloatVector()).isEqualTo(weights);
    }
  }

  @Test
  void refusesGraphsItCannotTrain() {
    ComputationGraph twoValues = convolutions(dense(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dl4jActorCritic.of(twoValues, PIXELS, 0))
        .withMessageContaining("[rows, policyOutputs] and [rows, 1]");
    ComputationGraph ownLoss =
        convolutions(
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Dl4jActorCritic.of(ownLoss, PIXELS, 0))
        .withMessageContaining("the output value has its own loss");
  }

  /** ND4J counts its bytes; those that passes allocate are free after collections. */
  @Test
  void passesLeaveNoNativeMemoryBehind() throws InterruptedException {
    NetworkSpec spec =
        new NetworkSpec(17, List.of(64, 64), org.ppo4j.agent.network.Activation.TANH, 6, 0);
    try (ActorCritic network = create(spec)) {
      run(network, 50);
      long before = bytesAfterCollection(0, 10);
      run(network, 300);
      assertThat(bytesAfterCollection(before, 100)).isLessThanOrEqualTo(before);
    }
  }

  private static void run(ActorCritic network, int passes) {
    float[] inputs = new float[64 * 17];
    float[] policy = new float[64 * 6];
    float[] values = new float[64];
    for (int i = 0; i < passes; i++) {
      network.parametersChanged();
      network.forward(inputs, 64, policy, values);
      network.backward(inputs, 64, policy, values);
    }
  }

  /** Returns ND4J's minimum of bytes over some collections, at most until {@code expected}. */
  private static long bytesAfterCollection(long expected, int tries) throws InterruptedException {
    long bytes = Long.MAX_VALUE;
    for (int i = 0; i < tries && bytes > expected; i++) {
      System.gc();
      Thread.sleep(200);
      bytes = Math.min(bytes, Nd4j.getMemoryManager().allocatedMemory(0));
    }
    return bytes;
  }

  private static ComputationGraph convolutions(FeedForwardLayer valueHead) {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutionalFlat(6, 5, 1))
                .addLayer(
                    "filters",
                    new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.TANH).build(),
                    "image")
                .addLayer("policy", dense(3), "filters")
                .addLayer("value", valueHead, "filters")
                .setOutputs("policy", "value")
                .build());
    graph.init();
    return graph;
  }

  private static DenseLayer dense(int outputs) {
    return new DenseLayer.Builder().nOut(outputs).activation(Activation.IDENTITY).build();
  }

  private static double loss(
      ActorCritic network, float[] inputs, float[] policyGradients, float[] valueGradients) {
    float[] policy = new float[policyGradients.length];
    float[] values = new float[valueGradients.length];
    network.forward(inputs, values.length, policy, values);
    double sum = 0;
    for (int i = 0; i < policy.length; i++) {
      sum += (double) policy[i] * policyGradients[i];
    }
    for (int i = 0; i < values.length; i++) {
      sum += (double) values[i] * valueGradients[i];
    }
    return sum;
  }

  private static float[] gaussians(int size, Random random) {
    float[] array = new float[size];
    for (int i = 0; i < size; i++) {
      array[i] = (float) random.nextGaussian();
    }
    return array;
  }
}
