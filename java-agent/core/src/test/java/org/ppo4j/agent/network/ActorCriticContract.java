package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Golden;

/**
 * The contract of every engine, checked against PyTorch, finite differences and the engine itself.
 */
public abstract class ActorCriticContract {
  private static final NetworkSpec SMALL = new NetworkSpec(3, List.of(5, 4), Activation.TANH, 2, 2);
  private static final NetworkSpec SHARED =
      new NetworkSpec(3, List.of(5, 4), Activation.TANH, 2, 2).withSharedTrunk(true);
  private static final NetworkSpec OTHER_CRITIC =
      new NetworkSpec(3, List.of(5), Activation.TANH, 2, 2).withCriticHidden(List.of(4, 6, 3));

  /** Returns networks of a shape on the engine under test. */
  protected abstract ActorCritic create(NetworkSpec spec);

  static List<Golden> networks() throws IOException {
    return Golden.all("networks");
  }

  @ParameterizedTest
  @MethodSource("networks")
  void forwardAgreesWithPytorch(Golden golden) {
    try (ActorCritic network = network(golden)) {
      int rows = golden.settings().required("rows").asInt();
      Outputs outputs = forward(network, golden.floats("inputs"), rows);
      assertClose(outputs.policy, golden.doubles("policy_outputs"), 1e-5);
      assertClose(outputs.values, golden.doubles("values"), 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void backwardAgreesWithAutograd(Golden golden) {
    try (ActorCritic network = network(golden)) {
      int rows = golden.settings().required("rows").asInt();
      double[] expected = golden.doubles("gradients");
      int logStd = network.shape().logStdOffset();
      Arrays.fill(expected, logStd, logStd + network.shape().logStdSize(), 0.75);
      Arrays.fill(network.gradients(), 0.75f);

      forward(network, golden.floats("inputs"), rows);
      network.backward(
          golden.floats("inputs"),
          rows,
          golden.floats("policy_gradients"),
          golden.floats("value_gradients"));

      assertClose(network.gradients(), expected, 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void oneNetworkAloneGivesWhatForwardGives(Golden golden) {
    try (ActorCritic network = network(golden)) {
      int rows = golden.settings().required("rows").asInt();
      Outputs both = forward(network, golden.floats("inputs"), rows);
      float[] policyOutputs = new float[both.policy.length];
      network.policy(golden.floats("inputs"), rows, policyOutputs);
      float[] values = new float[rows];
      network.values(golden.floats("inputs"), rows, values);
      assertThat(policyOutputs).isEqualTo(both.policy);
      assertThat(values).isEqualTo(both.values);
    }
  }

  static List<NetworkSpec> small() {
    List<NetworkSpec> small = new ArrayList<>(List.of(SMALL, SHARED, OTHER_CRITIC));
    for (Activation smooth : List.of(Activation.ELU, Activation.SILU)) {
      small.add(new NetworkSpec(3, List.of(5, 4), smooth, 2, 2));
    }
    return small;
  }

  @ParameterizedTest
  @MethodSource("small")
  void gradientsAreThoseOfFiniteDifferences(NetworkSpec spec) {
    try (ActorCritic network = create(spec)) {
      Random random = new Random(7);
      fill(network.parameters(), random);
      network.parametersChanged();
      int rows = 3;
      float[] inputs = fill(new float[rows * spec.inputs()], random);
      float[] policyGradients = fill(new float[rows * spec.policyOutputs()], random);
      float[] valueGradients = fill(new float[rows], random);
      forward(network, inputs, rows);
      network.backward(inputs, rows, policyGradients, valueGradients);

      double step = 1e-2;
      for (int i = 0; i < spec.parameterCount(); i++) {
        float parameter = network.parameters()[i];
        network.parameters()[i] = (float) (parameter + step);
        network.parametersChanged();
        double above = forward(network, inputs, rows).dot(policyGradients, valueGradients);
        network.parameters()[i] = (float) (parameter - step);
        network.parametersChanged();
        double below = forward(network, inputs, rows).dot(policyGradients, valueGradients);
        network.parameters()[i] = parameter;
        assertThat((double) network.gradients()[i])
            .as("gradient of parameter %d", i)
            .isCloseTo((above - below) / (2 * step), within(2e-3));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void changesEachParameterOnceAndUsesIt(NetworkSpec spec) {
    try (ActorCritic expected = create(spec);
        ActorCritic changed = create(spec)) {
      fill(expected.parameters(), new Random(10));
      expected.parametersChanged();
      changed.updateParameters(
          (from, to) -> {
            for (int i = from; i < to; i++) {
              changed.parameters()[i] += expected.parameters()[i];
            }
          });
      assertThat(changed.parameters()).isEqualTo(expected.parameters());
      float[] inputs = fill(new float[3 * spec.inputs()], new Random(11));
      Outputs outputs = forward(changed, inputs, 3);
      assertThat(outputs.policy).isEqualTo(forward(expected, inputs, 3).policy);
      assertThat(outputs.values).isEqualTo(forward(expected, inputs, 3).values);
    }
  }

  @Test
  void rowsMayChangeFromCallToCall() {
    try (ActorCritic network = create(SMALL)) {
      Random random = new Random(8);
      fill(network.parameters(), random);
      network.parametersChanged();
      float[] inputs = fill(new float[70 * SMALL.inputs()], random);
      Outputs all = forward(network, inputs, 67);
      for (int rows : new int[] {1, 64, 2, 67}) {
        Outputs some = forward(network, inputs, rows);
        assertClose(some.policy, prefix(all.policy, rows * SMALL.policyOutputs()), 1e-6);
        assertClose(some.values, prefix(all.values, rows), 1e-6);
      }
    }
  }

  @Test
  void gradientOfRowsIsTheSumOfTheirGradients() {
    try (ActorCritic network = create(SMALL)) {
      Random random = new Random(9);
      fill(network.parameters(), random);
      network.parametersChanged();
      int rows = 5;
      float[] inputs = fill(new float[rows * SMALL.inputs()], random);
      float[] policyGradients = fill(new float[rows * SMALL.policyOutputs()], random);
      float[] valueGradients = fill(new float[rows], random);
      double[] sum = new double[SMALL.parameterCount()];
      for (int row = 0; row < rows; row++) {
        float[] input = row(inputs, row, SMALL.inputs());
        forward(network, input, 1);
        network.backward(
            input,
            1,
            row(policyGradients, row, SMALL.policyOutputs()),
            row(valueGradients, row, 1));
        for (int i = 0; i < sum.length; i++) {
          sum[i] += network.gradients()[i];
        }
      }
      forward(network, inputs, rows);
      network.backward(inputs, rows, policyGradients, valueGradients);
      assertClose(network.gradients(), sum, 1e-6);
    }
  }

  @Test
  void writtenParametersTakeEffect() {
    try (ActorCritic network = create(SMALL)) {
      float[] inputs = {1, 2, 3};
      assertThat(forward(network, inputs, 1).policy).containsExactly(0, 0);
      network.parameters()[SMALL.actorLayers().getLast().biases() + 1] = 0.5f;
      network.parameters()[SMALL.criticLayers().getLast().biases()] = -2;
      network.parametersChanged();
      Outputs outputs = forward(network, inputs, 1);
      assertThat(outputs.policy).containsExactly(0, 0.5f);
      assertThat(outputs.values).containsExactly(-2);
    }
  }

  record Outputs(float[] policy, float[] values) {
    double dot(float[] policyGradients, float[] valueGradients) {
      double sum = 0;
      for (int i = 0; i < policy.length; i++) {
        sum += (double) policy[i] * policyGradients[i];
      }
      for (int i = 0; i < values.length; i++) {
        sum += (double) values[i] * valueGradients[i];
      }
      return sum;
    }
  }

  private ActorCritic network(Golden golden) {
    JsonNode settings = golden.settings();
    List<Integer> hidden = new ArrayList<>();
    settings.required("hidden").forEach(width -> hidden.add(width.asInt()));
    String activation = settings.required("activation").asText();
    ActorCritic network =
        create(
            new NetworkSpec(
                    settings.required("inputs").asInt(),
                    hidden,
                    Activation.valueOf(activation.toUpperCase(Locale.ROOT)),
                    settings.required("policy_outputs").asInt(),
                    settings.required("log_std_size").asInt())
                .withSharedTrunk(settings.path("shared").asBoolean()));
    float[] parameters = golden.floats("parameters");
    assertThat(network.parameters()).hasSameSizeAs(parameters);
    System.arraycopy(parameters, 0, network.parameters(), 0, parameters.length);
    network.parametersChanged();
    return network;
  }

  private static Outputs forward(ActorCritic network, float[] inputs, int rows) {
    float[] policy = new float[rows * network.shape().policyOutputs()];
    float[] values = new float[rows];
    network.forward(inputs, rows, policy, values);
    return new Outputs(policy, values);
  }

  private static float[] fill(float[] array, Random random) {
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) (random.nextGaussian() * 0.5);
    }
    return array;
  }

  private static float[] row(float[] array, int row, int width) {
    return Arrays.copyOfRange(array, row * width, (row + 1) * width);
  }

  private static double[] prefix(float[] array, int size) {
    double[] prefix = new double[size];
    Arrays.setAll(prefix, i -> array[i]);
    return prefix;
  }

  /** The tolerance is relative to the array's largest element, and absolute below 1. */
  private static void assertClose(float[] actual, double[] expected, double tolerance) {
    double greatest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    double[] differences = new double[expected.length];
    Arrays.setAll(differences, i -> actual[i] - expected[i]);
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(differences)
        .usingComparatorWithPrecision(tolerance * Math.max(1, greatest))
        .containsOnly(0);
  }
}
