package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.kernel.Kernels;

/** Recurrent networks, compared with PyTorch's nn.LSTM and nn.GRU and with themselves. */
class RecurrentActorCriticTest {

  static List<Golden> networks() throws IOException {
    return Golden.all("recurrent");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void forwardAndBackwardThroughTimeAgreeWithPytorch(Golden golden) {
    try (RecurrentActorCritic network = network(golden, 1, Kernels.best())) {
      Pass pass = new Pass(network, golden);
      assertClose(pass.policy, golden.doubles("policy_outputs"));
      assertClose(pass.values, golden.doubles("values"));
      assertClose(pass.memory.next, golden.doubles("next_states"));
      double[] expected = golden.doubles("gradients");
      int logStd = network.shape().logStdOffset();
      Arrays.fill(expected, logStd, logStd + network.shape().logStdSize(), 0.75);
      assertClose(network.gradients(), expected);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void bytesDependNeitherOnThreadsNorOnVectors(Golden golden) {
    try (RecurrentActorCritic one = network(golden, 1, Kernels.best());
        RecurrentActorCritic two = network(golden, 2, Kernels.best());
        RecurrentActorCritic scalar = network(golden, 1, Kernels.scalar())) {
      Pass expected = new Pass(one, golden);
      for (RecurrentActorCritic other : List.of(two, scalar)) {
        Pass actual = new Pass(other, golden);
        assertThat(actual.policy).isEqualTo(expected.policy);
        assertThat(actual.values).isEqualTo(expected.values);
        assertThat(actual.memory.next).isEqualTo(expected.memory.next);
        assertThat(other.gradients()).isEqualTo(one.gradients());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void stepByStepGivesWhatAllStepsAtOnceGive(Golden golden) {
    try (RecurrentActorCritic network = network(golden, 2, Kernels.best())) {
      Pass all = new Pass(network, golden);
      int n = all.memory.sequences;
      int inputs = network.shape().inputs();
      int outputs = network.shape().policyOutputs();
      Memory memory = new Memory(n, n, network.shape().stateSize());
      System.arraycopy(golden.floats("states"), 0, memory.states, 0, memory.states.length);
      float[] policy = new float[n * outputs];
      float[] values = new float[n];
      for (int row = 0; row < all.rows; row += n) {
        System.arraycopy(all.memory.starts, row, memory.starts, 0, n);
        float[] x = Arrays.copyOfRange(golden.floats("inputs"), row * inputs, (row + n) * inputs);
        network.memory(memory);
        network.policy(x, n, policy);
        network.values(x, n, values);
        assertThat(policy)
            .isEqualTo(Arrays.copyOfRange(all.policy, row * outputs, (row + n) * outputs));
        assertThat(values).isEqualTo(Arrays.copyOfRange(all.values, row, row + n));
        memory.advance();
      }
      assertThat(memory.states).isEqualTo(all.memory.next);
    }
  }

  @Test
  void recurrentLayersStartOrthogonalWithoutBiases() {
    NetworkSpec spec =
        new NetworkSpec(5, List.of(7), Activation.TANH, 3, 0)
            .withRecurrence(new Recurrence(Recurrence.Kind.LSTM, 6, 2));
    try (RecurrentActorCritic network = new RecurrentActorCritic(spec, 1)) {
      OrthogonalInit.initialize(network, 0.01, 0, RandomSource.XO_SHI_RO_256_PP.create(1));
      List<NetworkSpec.Layer> cells = new ArrayList<>(spec.actorCells());
      cells.addAll(spec.criticCells());
      assertThat(cells).hasSize(8).doesNotHaveDuplicates();
      for (NetworkSpec.Layer cell : cells) {
        for (int a = 0; a < cell.in(); a++) {
          for (int b = 0; b <= a; b++) {
            double dot = 0;
            for (int j = 0; j < cell.out(); j++) {
              dot +=
                  (double) network.parameters()[cell.weights() + a * cell.out() + j]
                      * network.parameters()[cell.weights() + b * cell.out() + j];
            }
            assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-5));
          }
        }
        for (int j = 0; j < cell.out(); j++) {
          assertThat(network.parameters()[cell.biases() + j]).isZero();
        }
      }
      UniformInit.initialize(network, 0, RandomSource.XO_SHI_RO_256_PP.create(1));
      float largest = 0;
      NetworkSpec.Layer first = cells.getFirst();
      for (int i = first.weights(); i < first.biases() + first.out(); i++) {
        largest = Math.max(largest, Math.abs(network.parameters()[i]));
      }
      assertThat(largest).isBetween(0.9f / (float) Math.sqrt(6), 1 / (float) Math.sqrt(6));
    }
  }

  @Test
  void parametersAreDescribed() {
    NetworkSpec spec =
        new NetworkSpec(2, List.of(3), Activation.TANH, 2, 1)
            .withRecurrence(new Recurrence(Recurrence.Kind.GRU, 4, 1));
    assertThat(spec.parameterCount()).isEqualTo(2 * (9 + 36 + 12 + 48 + 12) + 10 + 1 + 5);
    assertThat(spec.stateSize()).isEqualTo(8);
    assertThat(spec.withRecurrence(Recurrence.NONE).stateSize()).isZero();
    assertThat(spec.describe(0)).isEqualTo("weight of the actor's layer 1");
    assertThat(spec.describe(9)).isEqualTo("weight of the actor's recurrent layers");
    assertThat(spec.describe(9 + 36)).isEqualTo("bias of the actor's recurrent layers");
    assertThat(spec.describe(9 + 36 + 12 + 48 + 12)).isEqualTo("weight of the actor's head");
    assertThat(spec.describe(spec.criticOffset() + 9 + 36 + 12))
        .isEqualTo("weight of the critic's recurrent layers");
    assertThat(spec.describe(spec.parameterCount() - 1)).isEqualTo("bias of the critic's head");
  }

  @Test
  void convolutionsMayPrecedeRecurrentLayers() {
    ImageInput image = new ImageInput(9, 8, 2, true, true, Cnn.parse("4x3s2,6x2s1"));
    for (List<Integer> hidden : List.of(List.of(7), List.<Integer>of())) {
      NetworkSpec spec =
          new NetworkSpec(3, List.of(image), hidden, Activation.TANH, 2, 0)
              .withRecurrence(new Recurrence(Recurrence.Kind.LSTM, 5, 1));
      try (RecurrentActorCritic network = new RecurrentActorCritic(spec, 2)) {
        OrthogonalInit.initialize(network, 1, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
        requireGradientsByDifferences(network);
      }
    }
  }

  /** Compares gradients with differences of the loss, of the sum of all outputs of 3 x 2 rows. */
  private static void requireGradientsByDifferences(RecurrentActorCritic network) {
    int rows = 6;
    var random = RandomSource.XO_SHI_RO_256_PP.create(7);
    float[] inputs = new float[rows * 3];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = (float) random.nextDouble();
    }
    byte[] images = new byte[rows * network.shape().imageBytes()];
    random.nextBytes(images);
    Memory memory = new Memory(2, rows, network.shape().stateSize());
    memory.starts[3] = true;
    float[] ones = new float[rows * 2];
    Arrays.fill(ones, 1);
    network.memory(memory);
    network.images(images);
    sum(network, inputs, rows);
    network.backward(inputs, rows, ones, ones);
    float[] gradients = network.gradients().clone();
    double scale = 0;
    for (float gradient : gradients) {
      scale = Math.max(scale, Math.abs(gradient));
    }
    for (int i = 0; i < gradients.length; i += 3) {
      float step = 1e-2f;
      float parameter = network.parameters()[i];
      network.parameters()[i] = parameter + step;
      network.parametersChanged();
      double above = sum(network, inputs, rows);
      network.parameters()[i] = parameter - step;
      network.parametersChanged();
      double below = sum(network, inputs, rows);
      network.parameters()[i] = parameter;
      network.parametersChanged();
      assertThat((above - below) / (2 * step))
          .as(network.shape().describe(i))
          .isCloseTo(gradients[i], within(2e-2 * scale));
    }
  }

  private static double sum(RecurrentActorCritic network, float[] inputs, int rows) {
    float[] policy = new float[rows * 2];
    float[] values = new float[rows];
    network.forward(inputs, rows, policy, values);
    double sum = 0;
    for (float output : policy) {
      sum += output;
    }
    for (float value : values) {
      sum += value;
    }
    return sum;
  }

  @Test
  void refusesRowsThatAreNoWholeSteps() {
    NetworkSpec spec =
        new NetworkSpec(2, List.of(), Activation.TANH, 2, 0)
            .withRecurrence(new Recurrence(Recurrence.Kind.GRU, 4, 1));
    try (RecurrentActorCritic network = new RecurrentActorCritic(spec, 1)) {
      float[] out = new float[10];
      assertThatThrownBy(() -> network.policy(new float[10], 5, out))
          .hasMessageContaining("call memory first");
      network.memory(new Memory(2, 4, spec.stateSize()));
      assertThatThrownBy(() -> network.policy(new float[10], 5, out))
          .hasMessage(
              "recurrent networks need rows of whole steps of their sequences, but got 5 rows of 2"
                  + " sequences; call memory first");
    }
  }

  /** A forward and a backward pass of a recording. */
  private static final class Pass {
    final int rows;
    final float[] policy;
    final float[] values;
    final Memory memory;

    Pass(RecurrentActorCritic network, Golden golden) {
      int sequences = golden.settings().required("sequences").asInt();
      rows = golden.settings().required("steps").asInt() * sequences;
      policy = new float[rows * network.shape().policyOutputs()];
      values = new float[rows];
      memory = new Memory(sequences, rows, network.shape().stateSize());
      float[] states = golden.floats("states");
      assertThat(states).hasSize(memory.states.length);
      System.arraycopy(states, 0, memory.states, 0, states.length);
      float[] starts = golden.floats("starts");
      for (int i = 0; i < rows; i++) {
        memory.starts[i] = starts[i] == 1;
      }
      network.memory(memory);
      network.forward(golden.floats("inputs"), rows, policy, values);
      Arrays.fill(network.gradients(), 0.75f);
      network.backward(
          golden.floats("inputs"),
          rows,
          golden.floats("policy_gradients"),
          golden.floats("value_gradients"));
    }
  }

  private static RecurrentActorCritic network(Golden golden, int threads, Kernels kernels) {
    RecurrentActorCritic network =
        new RecurrentActorCritic(spec(golden.settings()), threads, kernels);
    float[] parameters = golden.floats("parameters");
    assertThat(parameters).hasSize(network.parameters().length);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    return network;
  }

  private static NetworkSpec spec(JsonNode settings) {
    List<Integer> hidden = new ArrayList<>();
    settings.required("hidden").forEach(width -> hidden.add(width.asInt()));
    return new NetworkSpec(
            settings.required("inputs").asInt(),
            hidden,
            Activation.valueOf(settings.required("activation").asText().toUpperCase(Locale.ROOT)),
            settings.required("policy_outputs").asInt(),
            settings.required("log_std_size").asInt())
        .withSharedTrunk(settings.required("shared").asBoolean())
        .withRecurrence(
            new Recurrence(
                Recurrence.Kind.valueOf(
                    settings.required("kind").asText().toUpperCase(Locale.ROOT)),
                settings.required("units").asInt(),
                settings.required("layers").asInt()));
  }

  /** Compares with a bound relative to the element, or to the root mean square if greater. */
  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSize(expected.length);
    double squares = 0;
    for (double each : expected) {
      squares += each * each;
    }
    double scale = Math.sqrt(squares / expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("element %d", i)
          .isCloseTo(expected[i], within(3e-5 * Math.max(scale, Math.abs(expected[i]))));
    }
  }
}
