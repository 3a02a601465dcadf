package org.ppo4j.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Map;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkShape;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** Initial parameters of a policy. */
class PolicyNetworkTest {
  private static final Space BOX = Space.Box.of(-1, 1, 2, DType.FLOAT32);
  private static final EnvSpec ENV = new EnvSpec("Test-v0", BOX, BOX, 0, Map.of(), Map.of());

  private static PpoConfig config(ActionHead head) {
    return PpoConfig.of(Profile.DEFAULT, BOX).with(c -> c.actionHead(head).logStdInit(-1.5));
  }

  private static void initialize(ActorCritic network, PpoConfig config) {
    PolicyNetwork.initialize(network, ENV, config, RandomSource.XO_SHI_RO_256_PP.create(1));
  }

  /** A row of zeros passes tanh layers without biases as zeros, so that outputs are biases. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stateDependentDeviationsStartWithTheirBiases(boolean shared) {
    PpoConfig config = config(ActionHead.STATE_DEPENDENT_GAUSSIAN).with(c -> c.sharedTrunk(shared));
    NetworkSpec spec = PolicyNetwork.spec(ENV, config);
    assertThat(spec.logStdSize()).isZero();
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      initialize(network, config);
      float[] outputs = new float[4];
      float[] values = new float[1];
      network.forward(new float[2], 1, outputs, values);
      assertThat(outputs).containsExactly(0, 0, -1.5f, -1.5f);
      assertThat(values).containsExactly(0);
    }
  }

  @Test
  void otherDeviationsAreParameters() {
    PpoConfig config = config(ActionHead.GAUSSIAN);
    NetworkSpec spec = PolicyNetwork.spec(ENV, config);
    try (SimdActorCritic network = new SimdActorCritic(spec)) {
      initialize(network, config);
      int from = spec.logStdOffset();
      assertThat(Arrays.copyOfRange(network.parameters(), from, from + 2))
          .containsExactly(-1.5f, -1.5f);
    }
  }

  @Test
  void otherNetworksInitialiseTheirDeviationsThemselves() {
    PpoConfig config = config(ActionHead.STATE_DEPENDENT_GAUSSIAN);
    try (ActorCritic network = new SimdActorCritic(PolicyNetwork.spec(ENV, config))) {
      ActorCritic other = other(network);
      initialize(other, config.with(c -> c.logStdInit(0)));
      assertThatExceptionOfType(InvalidHyperparameterException.class)
          .isThrownBy(() -> initialize(other, config))
          .withMessage(
              "logStdInit -1.5 has no effect on actionHead STATE_DEPENDENT_GAUSSIAN with networks that are not MLPs; initialise their outputs in the network, and set it to 0");
    }
  }

  /** Returns {@code mlp} with a shape that is not known to be one of MLPs. */
  private static ActorCritic other(ActorCritic mlp) {
    NetworkShape shape = proxy(NetworkShape.class, mlp.shape(), mlp.shape());
    return proxy(ActorCritic.class, mlp, shape);
  }

  private static <T> T proxy(Class<T> type, T target, NetworkShape shape) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) ->
                method.getName().equals("shape") ? shape : method.invoke(target, args)));
  }
}
