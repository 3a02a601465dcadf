package org.ppo4j.agent.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkSpecTest {

  /** 3 * 5 + 5 and 5 * 4 + 4 shared, heads of 4 * 2 + 2 and 4 * 1 + 1, two deviations between. */
  @Test
  void sharedLayersStandInTheParametersOnce() {
    NetworkSpec spec =
        new NetworkSpec(3, List.of(5, 4), Activation.TANH, 2, 2).withSharedTrunk(true);

    assertThat(spec.parameterCount()).isEqualTo(20 + 24 + 10 + 2 + 5);
    assertThat(spec.criticLayers().subList(0, 2)).isEqualTo(spec.actorLayers().subList(0, 2));
    assertThat(spec.criticLayers().getLast()).isEqualTo(new NetworkSpec.Layer(4, 1, 56, 60));
  }

  /** Actor: 3 * 5 + 5 and a head of 5 * 2 + 2; a deviation; critic: 3 * 4 + 4, 4 * 6 + 6, 6 + 1. */
  @Test
  void theCriticMayHaveOtherHiddenLayers() {
    NetworkSpec spec =
        new NetworkSpec(3, List.of(5), Activation.TANH, 2, 1).withCriticHidden(List.of(4, 6));

    assertThat(spec.actorLayers())
        .containsExactly(new NetworkSpec.Layer(3, 5, 0, 15), new NetworkSpec.Layer(5, 2, 20, 30));
    assertThat(spec.criticOffset()).isEqualTo(33);
    assertThat(spec.criticLayers())
        .containsExactly(
            new NetworkSpec.Layer(3, 4, 33, 45),
            new NetworkSpec.Layer(4, 6, 49, 73),
            new NetworkSpec.Layer(6, 1, 79, 85));
    assertThat(spec.parameterCount()).isEqualTo(86);
    assertThat(spec.describe(78)).isEqualTo("bias of the critic's layer 2");
    assertThat(new NetworkSpec(3, List.of(5), Activation.TANH, 2, 1).criticHidden())
        .containsExactly(5);
  }

  @Test
  void sharedLayersAreTheSame() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new NetworkSpec(3, List.of(5), Activation.TANH, 2, 1)
                    .withSharedTrunk(true)
                    .withCriticHidden(List.of(4)))
        .withMessage("actor and critic share their hidden layers, but got [5] and [4]");
  }

  /** Actor: 3 * 5 weights, 5 biases, head of 5 * 2 + 2; one deviation; the critic after it. */
  @Test
  void everyParameterHasAName() {
    NetworkSpec spec = new NetworkSpec(3, List.of(5), Activation.TANH, 2, 1);

    assertThat(spec.describe(0)).isEqualTo("weight of the actor's layer 1");
    assertThat(spec.describe(14)).isEqualTo("weight of the actor's layer 1");
    assertThat(spec.describe(15)).isEqualTo("bias of the actor's layer 1");
    assertThat(spec.describe(20)).isEqualTo("weight of the actor's head");
    assertThat(spec.describe(31)).isEqualTo("bias of the actor's head");
    assertThat(spec.describe(32)).isEqualTo("log deviation");
    assertThat(spec.describe(33)).isEqualTo("weight of the critic's layer 1");
    assertThat(spec.describe(spec.parameterCount() - 1)).isEqualTo("bias of the critic's head");
  }
}
