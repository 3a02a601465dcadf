package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;

/**
 * Networks whose critic takes inputs that the actor does not take: each half is compared with
 * networks that take its inputs alone.
 */
class CriticOnlyTest {
  private static final int ROWS = 19;
  private static final int HIDDEN_NUMBERS = 3;
  private static final ImageInput IMAGE = new ImageInput(7, 6, 2, false, true, Cnn.parse("4x3s2"));

  static Stream<NetworkSpec> specs() {
    NetworkSpec mlp =
        new NetworkSpec(8, List.of(16, 9), Activation.TANH, 4, 2).withCriticHidden(List.of(5));
    Recurrence lstm = new Recurrence(Recurrence.Kind.LSTM, 6, 2);
    NetworkSpec images = new NetworkSpec(8, List.of(IMAGE), List.of(16), Activation.RELU, 4, 2);
    return Stream.of(
        mlp,
        mlp.withAuxiliaryValue(true),
        mlp.withRecurrence(lstm),
        new NetworkSpec(8, List.of(), Activation.TANH, 4, 0).withRecurrence(lstm),
        images.withRecurrence(lstm),
        images,
        new NetworkSpec(8, List.of(), Activation.TANH, 4, 0));
  }

  private static ActorCritic network(NetworkSpec spec) {
    return ActorCritics.create(Engine.SIMD, spec, 2);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void eachHalfIsANetworkOfTheInputsThatItTakes(NetworkSpec whole) {
    NetworkSpec spec = whole.withCriticOnly(HIDDEN_NUMBERS);
    NetworkSpec narrow =
        new NetworkSpec(
                whole.inputs() - HIDDEN_NUMBERS,
                whole.images(),
                whole.hidden(),
                whole.activation(),
                whole.policyOutputs(),
                whole.logStdSize())
            .withCriticHidden(whole.criticHidden())
            .withAuxiliaryValue(whole.auxiliaryValue())
            .withRecurrence(whole.recurrence());
    float[] inputs = Rows.random(ROWS * whole.inputs(), 1);
    byte[] images = new byte[ROWS * whole.imageBytes()];
    new Random(2).nextBytes(images);
    float[] byOutput = Rows.random(ROWS * whole.policyOutputs(), 3);
    float[] byValue = Rows.random(ROWS, 4);
    float[] outputs = new float[byOutput.length];
    float[] values = new float[ROWS];
    try (ActorCritic network = network(spec);
        ActorCritic actor = network(narrow);
        ActorCritic critic = network(whole)) {
      float[] parameters = Rows.random(spec.parameterCount(), 5);
      copy(parameters, network);
      int critics = spec.criticOffset();
      int actors = narrow.criticOffset();
      assertThat(actors).isEqualTo(critics);
      System.arraycopy(parameters, 0, actor.parameters(), 0, actors);
      int criticSize =
          (whole.auxiliaryValue() ? whole.auxiliaryHead().weights() : whole.parameterCount())
              - whole.criticOffset();
      System.arraycopy(parameters, critics, critic.parameters(), whole.criticOffset(), criticSize);
      actor.parametersChanged();
      critic.parametersChanged();

      for (ActorCritic each : List.of(network, actor, critic)) {
        each.memory(new Memory(ROWS, ROWS, spec.stateSize()));
      }
      network.images(images);
      network.forward(inputs, ROWS, outputs, values);
      network.backward(inputs, ROWS, byOutput, byValue);
      float[] expectedOutputs = new float[outputs.length];
      float[] expectedValues = new float[ROWS];
      float[] unused = new float[Math.max(ROWS, outputs.length)];
      float[] seen = Rows.first(inputs, ROWS, narrow.inputs());
      actor.images(images);
      actor.forward(seen, ROWS, expectedOutputs, unused);
      actor.backward(seen, ROWS, byOutput, byValue);
      critic.images(images);
      critic.forward(inputs, ROWS, unused, expectedValues);
      critic.backward(inputs, ROWS, byOutput, byValue);

      assertThat(outputs).isEqualTo(expectedOutputs);
      assertThat(values).isEqualTo(expectedValues);
      assertThat(Arrays.copyOf(network.gradients(), spec.logStdOffset()))
          .isEqualTo(Arrays.copyOf(actor.gradients(), narrow.logStdOffset()));
      assertThat(Arrays.copyOfRange(network.gradients(), critics, critics + criticSize))
          .isEqualTo(
              Arrays.copyOfRange(
                  critic.gradients(), whole.criticOffset(), whole.criticOffset() + criticSize));
    }
  }

  /** Without hidden layers, the heads themselves differentiate what leaves the convolutions. */
  @Test
  void theAuxiliaryHeadTakesTheActorsInputs() {
    int seen = 4;
    NetworkSpec narrow =
        new NetworkSpec(seen, List.of(IMAGE), List.of(), Activation.RELU, 4, 2)
            .withAuxiliaryValue(true);
    NetworkSpec spec =
        new NetworkSpec(20, List.of(IMAGE), List.of(), Activation.RELU, 4, 2)
            .withAuxiliaryValue(true)
            .withCriticOnly(20 - seen);
    float[] inputs = Rows.random(ROWS * 20, 1);
    byte[] images = new byte[ROWS * spec.imageBytes()];
    new Random(2).nextBytes(images);
    float[] parameters = Rows.random(spec.parameterCount(), 3);
    int head = spec.auxiliaryHead().weights();
    int narrowHead = narrow.auxiliaryHead().weights();
    int headSize = spec.parameterCount() - head;
    assertThat(narrow.parameterCount() - narrowHead).isEqualTo(headSize);
    try (ImageActorCritic network = new ImageActorCritic(spec, 1);
        ImageActorCritic actor = new ImageActorCritic(narrow, 1)) {
      copy(parameters, network);
      System.arraycopy(parameters, 0, actor.parameters(), 0, narrow.criticOffset());
      System.arraycopy(parameters, head, actor.parameters(), narrowHead, headSize);
      actor.parametersChanged();
      network.images(images);
      actor.images(images);
      float[] gradients = auxiliaryGradients(network, inputs);
      float[] expected = auxiliaryGradients(actor, Rows.first(inputs, ROWS, seen));

      assertThat(Arrays.copyOf(gradients, spec.logStdOffset()))
          .isEqualTo(Arrays.copyOf(expected, narrow.logStdOffset()));
      assertThat(Arrays.copyOfRange(gradients, head, head + headSize))
          .isEqualTo(Arrays.copyOfRange(expected, narrowHead, narrowHead + headSize));
    }
  }

  private static float[] auxiliaryGradients(ImageActorCritic network, float[] inputs) {
    network.auxiliaryForward(inputs, ROWS, new float[4 * ROWS], new float[ROWS], new float[ROWS]);
    network.auxiliaryBackward(
        inputs, ROWS, Rows.random(4 * ROWS, 4), Rows.random(ROWS, 5), Rows.random(ROWS, 6));
    return network.gradients();
  }

  private static void copy(float[] parameters, ActorCritic network) {
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
  }

  @Test
  void sharedLayersAreRefused() {
    NetworkSpec shared =
        new NetworkSpec(8, List.of(4), Activation.TANH, 2, 0).withSharedTrunk(true);
    assertThatExceptionOfType(InvalidHyperparameterException.class)
        .isThrownBy(() -> shared.withCriticOnly(2))
        .withMessage(
            "a critic that sees more than the policy needs separate hidden layers, but sharedTrunk"
                + " is true; make it false");
  }
}
