package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSpecTest {

  /** 3 * 5 + 5 and 5 * 4 + 4 shared, heads of 4 * 2 + 2 and 4 * 1 + 1, two deviations between. */
  @Test
  void sharedLayersStandInTheParametersOnce() {
    NetworkSpec spec = new NetworkSpec(3, List.of(5, 4), Activation.TANH, 2, 2, true);

    assertThat(spec.parameterCount()).isEqualTo(20 + 24 + 10 + 2 + 5);
    assertThat(spec.criticLayers().subList(0, 2)).isEqualTo(spec.actorLayers().subList(0, 2));
    assertThat(spec.criticLayers().getLast()).isEqualTo(new NetworkSpec.Layer(4, 1, 56, 60));
  }
}
