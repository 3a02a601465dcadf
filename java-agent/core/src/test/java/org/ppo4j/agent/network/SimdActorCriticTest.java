package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link SimdActorCritic} keeps the contract. */
class SimdActorCriticTest extends ActorCriticContract {
  @Override
  protected ActorCritic create(NetworkSpec spec) {
    return new SimdActorCritic(spec);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoThreadsGiveTheSameBytes(boolean sharedTrunk) {
    NetworkSpec spec = new NetworkSpec(17, List.of(64, 40), Activation.TANH, 6, 6, sharedTrunk);
    try (ActorCritic one = new SimdActorCritic(spec, 1);
        ActorCritic two = new SimdActorCritic(spec, 2)) {
      for (int rows : new int[] {1, 15, 16, 64, 100}) {
        Outputs expected = forwardAndBackward(one, rows);
        Outputs actual = forwardAndBackward(two, rows);
        assertThat(actual.policy()).isEqualTo(expected.policy());
        assertThat(actual.values()).isEqualTo(expected.values());
        assertThat(two.gradients()).isEqualTo(one.gradients());
      }
    }
  }

  private static Outputs forwardAndBackward(ActorCritic network, int rows) {
    Random random = new Random(rows);
    fill(network.parameters(), random);
    network.parametersChanged();
    float[] inputs = filled(rows * network.shape().inputs(), random);
    Outputs outputs =
        new Outputs(new float[rows * network.shape().policyOutputs()], new float[rows]);
    network.forward(inputs, rows, outputs.policy(), outputs.values());
    network.backward(inputs, rows, filled(outputs.policy().length, random), filled(rows, random));
    return outputs;
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
