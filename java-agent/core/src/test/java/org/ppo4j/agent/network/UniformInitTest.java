package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UniformInitTest {

  /**
   * Weights and biases are uniform between +-1 / sqrt(inputs): 1 / sqrt(16) below and 1 / sqrt(64)
   * above.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void followsPytorchsDistribution(boolean sharedTrunk) {
    NetworkSpec spec =
        new NetworkSpec(16, List.of(64, 64), Activation.RELU, 6, 6).withSharedTrunk(sharedTrunk);
    SimdActorCritic network = new SimdActorCritic(spec);
    UniformInit.initialize(network, -2, RandomSource.XO_SHI_RO_256_PP.create(3));

    for (var layers : List.of(spec.actorLayers(), spec.criticLayers())) {
      assertUniform(network.parameters(), layers.get(0), 0.25);
      assertUniform(network.parameters(), layers.get(1), 0.125);
      assertUniform(network.parameters(), layers.get(2), 0.125);
    }
    for (int i = 0; i < spec.logStdSize(); i++) {
      assertThat(network.parameters()[spec.logStdOffset() + i]).isEqualTo(-2);
    }
  }

  private static void assertUniform(float[] parameters, NetworkSpec.Layer layer, double bound) {
    double[] sample =
        IntStream.range(layer.weights(), layer.biases() + layer.out())
            .mapToDouble(i -> parameters[i])
            .toArray();
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(-bound, bound), sample);
    assertThat(p).isGreaterThan(1e-3);
  }
}
