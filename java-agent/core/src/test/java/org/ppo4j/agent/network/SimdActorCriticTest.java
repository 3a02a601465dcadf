package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.kernel.Kernels;

/** {@link SimdActorCritic} keeps the contract. */
class SimdActorCriticTest extends ActorCriticContract {
  /** From this number on, one network alone runs on two threads. */
  private static final int SPLIT_ROWS = 2 * Mlp.BLOCK;

  @Override
  protected ActorCritic create(NetworkSpec spec) {
    return new SimdActorCritic(spec);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoThreadsGiveTheSameBytes(boolean sharedTrunk) {
    NetworkSpec spec =
        new NetworkSpec(17, List.of(64, 40), Activation.TANH, 6, 6).withSharedTrunk(sharedTrunk);
    try (ActorCritic one = new SimdActorCritic(spec, 1);
        ActorCritic two = new SimdActorCritic(spec, 2)) {
      for (int rows : new int[] {1, 15, 16, 64, 100, SPLIT_ROWS - 1, SPLIT_ROWS + 188}) {
        Outputs expected = forwardAndBackward(one, rows);
        Outputs actual = forwardAndBackward(two, rows);
        assertThat(actual.policy()).isEqualTo(expected.policy());
        assertThat(actual.values()).isEqualTo(expected.values());
        assertThat(two.gradients()).isEqualTo(one.gradients());
        Outputs alone = alone(two, rows);
        assertThat(alone.policy()).isEqualTo(expected.policy());
        assertThat(alone.values()).isEqualTo(expected.values());
      }
    }
  }

  /** Blocks of rows give the bytes of all rows at once, forwards, backwards and alone. */
  @ParameterizedTest
  @CsvSource({"false, TANH", "true, TANH", "false, SILU", "true, SILU"})
  void rowsMayBeComputedInBlocksOfAnySize(boolean sharedTrunk, Activation activation) {
    NetworkSpec spec =
        new NetworkSpec(3, List.of(24, 5), activation, 2 + 5, 10)
            .withSharedTrunk(sharedTrunk)
            .withLatentOutputs(true);
    int rows = SPLIT_ROWS + 3;
    try (SimdActorCritic whole = new SimdActorCritic(spec, 1, Kernels.best(), rows)) {
      Outputs expected = forwardAndBackward(whole, rows);
      for (int block : new int[] {1, 7, 64, 256}) {
        for (int threads = 1; threads <= 2; threads++) {
          try (SimdActorCritic blocks = new SimdActorCritic(spec, threads, Kernels.best(), block)) {
            Outputs actual = forwardAndBackward(blocks, rows);
            assertThat(actual.policy()).isEqualTo(expected.policy());
            assertThat(actual.values()).isEqualTo(expected.values());
            assertThat(blocks.gradients()).isEqualTo(whole.gradients());
            assertThat(tangents(blocks, rows)).isEqualTo(tangents(whole, rows));
            Outputs alone = alone(blocks, rows);
            assertThat(alone.policy()).isEqualTo(expected.policy());
            assertThat(alone.values()).isEqualTo(expected.values());
          }
        }
      }
    }
  }

  /**
   * Latent features follow the head's outputs; all else is as in networks without them, and their
   * gradients are not read. A head that is the identity shows the last hidden layer.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void latentFeaturesFollowTheHeadsOutputs(boolean sharedTrunk) {
    List<Integer> hidden = List.of(9, 5);
    NetworkSpec latentSpec =
        new NetworkSpec(3, hidden, Activation.TANH, 2 + 5, 10)
            .withSharedTrunk(sharedTrunk)
            .withLatentOutputs(true);
    NetworkSpec plainSpec =
        new NetworkSpec(3, hidden, Activation.TANH, 2, 10).withSharedTrunk(sharedTrunk);
    NetworkSpec shownSpec =
        new NetworkSpec(3, hidden, Activation.TANH, 5, 0).withSharedTrunk(sharedTrunk);
    assertThat(latentSpec.parameterCount()).isEqualTo(plainSpec.parameterCount());
    try (SimdActorCritic latent = new SimdActorCritic(latentSpec, 2);
        SimdActorCritic plain = new SimdActorCritic(plainSpec);
        SimdActorCritic shown = new SimdActorCritic(shownSpec)) {
      for (int rows : new int[] {1, 3, 33}) {
        Random random = new Random(rows);
        fill(latent.parameters(), random);
        float[] direction = filled(latent.parameters().length, random);
        System.arraycopy(latent.parameters(), 0, plain.parameters(), 0, plain.parameters().length);
        NetworkSpec.Layer head = shownSpec.actorLayers().getLast();
        System.arraycopy(latent.parameters(), 0, shown.parameters(), 0, head.weights());
        for (int i = 0; i < 5; i++) {
          shown.parameters()[head.weights() + 6 * i] = 1;
        }
        latent.parametersChanged();
        plain.parametersChanged();
        shown.parametersChanged();
        float[] x = filled(3 * rows, random);
        Outputs actual = new Outputs(new float[7 * rows], new float[rows]);
        Outputs expected = new Outputs(new float[2 * rows], new float[rows]);
        float[] lastLayer = new float[5 * rows];
        float[] alone = new float[7 * rows];
        latent.policy(x, rows, alone);
        latent.forward(x, rows, actual.policy(), actual.values());
        assertThat(alone).isEqualTo(actual.policy());
        plain.forward(x, rows, expected.policy(), expected.values());
        shown.policy(x, rows, lastLayer);
        assertThat(columns(actual.policy(), rows, 0, 2)).isEqualTo(expected.policy());
        assertThat(columns(actual.policy(), rows, 2, 7)).isEqualTo(lastLayer);
        assertThat(actual.values()).isEqualTo(expected.values());
        float[] policyGradients = filled(7 * rows, random);
        float[] valueGradients = filled(rows, random);
        float[] headGradients = columns(policyGradients, rows, 0, 2);
        latent.backward(x, rows, policyGradients, valueGradients);
        plain.backward(x, rows, headGradients, valueGradients);
        assertThat(latent.gradients()).isEqualTo(plain.gradients());
        float[] tangents = filled(7 * rows, random);
        float[] plainTangents = new float[2 * rows];
        latent.policyTangents(x, rows, direction, tangents);
        plain.policyTangents(x, rows, direction, plainTangents);
        assertThat(columns(tangents, rows, 0, 2)).isEqualTo(plainTangents);
        assertThat(columns(tangents, rows, 2, 7)).containsOnly(0);
        latent.policyBackward(x, rows, policyGradients);
        plain.policyBackward(x, rows, headGradients);
        assertThat(latent.gradients()).isEqualTo(plain.gradients());
      }
    }
  }

  /** Without hidden layers the latent features are the inputs. */
  @Test
  void inputsAreTheLatentFeaturesOfALinearNetwork() {
    NetworkSpec spec =
        new NetworkSpec(3, List.of(), Activation.TANH, 1 + 3, 3).withLatentOutputs(true);
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      float[] outputs = new float[8];
      network.policy(new float[] {1, 2, 3, 4, 5, 6}, 2, outputs);
      assertThat(outputs).containsExactly(0, 1, 2, 3, 0, 4, 5, 6);
    }
  }

  /** The tangents along d, times g, are d times the gradients of the outputs' product with g. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void tangentsAreDualToGradients(Activation activation) {
    NetworkSpec spec = new NetworkSpec(3, List.of(24, 5), activation, 2, 0);
    int rows = 9;
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      forwardAndBackward(network, rows);
      float[] outputs = new float[2 * rows];
      network.policy(inputs(network, rows), rows, outputs);
      float[] g = filled(outputs.length, new Random(3));
      Arrays.fill(network.gradients(), 0); // those of the critic
      network.policyBackward(inputs(network, rows), rows, g);
      float[] direction = filled(network.parameters().length, new Random(1));
      assertThat(dot(tangents(network, rows), g))
          .isCloseTo(dot(direction, network.gradients()), withinPercentage(0.001));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  /** Returns the columns {@code from .. to - 1} of {@code rows} rows of seven. */
  private static float[] columns(float[] array, int rows, int from, int to) {
    float[] columns = new float[rows * (to - from)];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(array, 7 * row + from, columns, row * (to - from), to - from);
    }
    return columns;
  }

  private static Outputs forwardAndBackward(ActorCritic network, int rows) {
    Random random = new Random(rows);
    fill(network.parameters(), random);
    network.parametersChanged();
    float[] inputs = filled(rows * network.shape().inputs(), random);
    Outputs outputs = outputs(network, rows);
    network.forward(inputs, rows, outputs.policy(), outputs.values());
    network.backward(inputs, rows, filled(outputs.policy().length, random), filled(rows, random));
    return outputs;
  }

  /** Returns the outputs of each network alone, for the rows of {@link #forwardAndBackward}. */
  private static Outputs alone(ActorCritic network, int rows) {
    float[] inputs = inputs(network, rows);
    Outputs outputs = outputs(network, rows);
    network.policy(inputs, rows, outputs.policy());
    network.values(inputs, rows, outputs.values());
    return outputs;
  }

  private static float[] tangents(SimdActorCritic network, int rows) {
    float[] direction = filled(network.parameters().length, new Random(1));
    float[] tangents = new float[rows * network.shape().policyOutputs()];
    network.policyTangents(inputs(network, rows), rows, direction, tangents);
    return tangents;
  }

  private static float[] inputs(ActorCritic network, int rows) {
    Random random = new Random(rows);
    filled(network.parameters().length, random);
    return filled(rows * network.shape().inputs(), random);
  }

  private static Outputs outputs(ActorCritic network, int rows) {
    return new Outputs(new float[rows * network.shape().policyOutputs()], new float[rows]);
  }

  private static float[] filled(int n, Random random) {
    float[] numbers = new float[n];
    fill(numbers, random);
    return numbers;
  }

  private static void fill(float[] numbers, Random random) {
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextFloat() - 0.5f;
    }
  }
}
