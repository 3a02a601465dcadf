package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks whose outputs include what the actor's head takes are compared with the same networks
 * without it, and the head's outputs with the product that they are.
 */
class LatentOutputsTest {
  private static final int ROWS = 19;
  private static final int MEANS = 3;
  private static final ImageInput IMAGE = new ImageInput(7, 6, 2, false, true, Cnn.parse("4x3s2"));

  static Stream<NetworkSpec> specs() {
    NetworkSpec mlp = new NetworkSpec(8, List.of(16, 9), Activation.TANH, MEANS, 2);
    NetworkSpec linear = new NetworkSpec(5, List.of(), Activation.TANH, MEANS, 2);
    NetworkSpec images = new NetworkSpec(8, List.of(IMAGE), List.of(10), Activation.RELU, MEANS, 2);
    NetworkSpec convolutions = new NetworkSpec(8, List.of(IMAGE), List.of(), Activation.RELU, 3, 2);
    Recurrence lstm = new Recurrence(Recurrence.Kind.LSTM, 6, 2);
    Recurrence gru = new Recurrence(Recurrence.Kind.GRU, 6, 1);
    return Stream.of(mlp, linear, images, convolutions)
        .flatMap(spec -> Stream.of(spec, spec.withRecurrence(lstm), spec.withRecurrence(gru)))
        .flatMap(spec -> Stream.of(spec, spec.withSharedTrunk(true)));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void followTheHeadsOutputsAndChangeNothingElse(NetworkSpec plain) {
    NetworkSpec.Layer head = plain.actorLayers().getLast();
    int columns = MEANS + head.in();
    NetworkSpec spec = withLatents(plain, columns);
    float[] inputs = Rows.random(ROWS * plain.inputs(), 1);
    byte[] images = new byte[ROWS * plain.imageBytes()];
    new Random(2).nextBytes(images);
    float[] byMean = Rows.random(ROWS * MEANS, 3);
    float[] byValue = Rows.random(ROWS, 4);
    float[] byOutput = Rows.random(ROWS * columns, 5);
    float[] expected = new float[ROWS * MEANS];
    float[] outputs = new float[ROWS * columns];
    float[] alone = new float[ROWS * columns];
    float[] values = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(byMean, row * MEANS, byOutput, row * columns, MEANS);
    }

    try (ActorCritic without = ActorCritics.create(Engine.SIMD, plain, 1);
        ActorCritic network = ActorCritics.create(Engine.SIMD, spec, 2)) {
      float[] parameters = Rows.random(spec.parameterCount(), 6);
      for (ActorCritic each : List.of(without, network)) {
        System.arraycopy(parameters, 0, each.parameters(), 0, parameters.length);
        each.parametersChanged();
        each.memory(new Memory(ROWS, ROWS, spec.stateSize()));
        each.images(images);
      }
      without.forward(inputs, ROWS, expected, values);
      without.backward(inputs, ROWS, byMean, byValue);
      network.policy(inputs, ROWS, alone);
      network.forward(inputs, ROWS, outputs, values);
      network.backward(inputs, ROWS, byOutput, byValue);

      assertThat(alone).isEqualTo(outputs);
      assertThat(network.gradients()).isEqualTo(without.gradients());
      for (int row = 0; row < ROWS; row++) {
        int at = row * columns;
        float[] latents = Arrays.copyOfRange(outputs, at + MEANS, at + columns);
        for (int i = 0; i < MEANS; i++) {
          double mean = parameters[head.biases() + i];
          for (int l = 0; l < latents.length; l++) {
            mean += latents[l] * parameters[head.weights() + l * MEANS + i];
          }
          assertThat(outputs[at + i]).isEqualTo(expected[row * MEANS + i]);
          assertThat((double) outputs[at + i]).isCloseTo(mean, within(1e-4));
        }
      }
    }
  }

  private static NetworkSpec withLatents(NetworkSpec spec, int policyOutputs) {
    return new NetworkSpec(
        spec.inputs(),
        spec.hidden(),
        spec.activation(),
        policyOutputs,
        spec.logStdSize(),
        spec.sharedTrunk(),
        true,
        spec.criticHidden(),
        spec.auxiliaryValue(),
        spec.images(),
        spec.recurrence(),
        spec.criticOnly());
  }
}
