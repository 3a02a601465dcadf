package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerKind;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/** Calls of the library that cannot be meant so. */
class MisuseTest {
  private static PpoConfig config(VectorEnv env) {
    return PpoConfig.of(Profile.DEFAULT, env.spec().actionSpace())
        .with(c -> c.numEnvs(env.numEnvs()));
  }

  private static ActorCritic network(VectorEnv env) {
    return ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config(env)));
  }

  @Test
  void closedNetworksAreRefused() {
    try (VectorEnv env = Envs.make("CartPole-v1", 4)) {
      ActorCritic network = network(env);
      assertThat(network.isClosed()).isFalse();
      network.close();
      network.close();
      assertThat(network.isClosed()).isTrue();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Ppo(env, Algorithm.PPO, config(env), network, 1))
          .withMessage("the networks are closed; make new ones");
    }
  }

  @Test
  void networksThatAreClosedBeforeTheTrainingAreRefused() {
    try (VectorEnv env = Envs.make("CartPole-v1", 4)) {
      ActorCritic network = network(env);
      Ppo ppo = new Ppo(env, Algorithm.PPO, config(env), network, 1);
      network.close();

      assertThatIllegalStateException()
          .isThrownBy(() -> ppo.train(new TrainingListener() {}))
          .withMessageContaining("the networks are closed");
    }
  }

  @Test
  void networksOfAnotherEnvironmentAreRefused() {
    try (VectorEnv env = Envs.make("CartPole-v1", 4);
        VectorEnv another = Envs.make("Pendulum-v1", 4);
        ActorCritic network = network(another)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Ppo(env, Algorithm.PPO, config(env), network, 1))
          .withMessageContaining(
              "the networks have 3 inputs, 1 policy outputs and 1 log standard deviations, but the"
                  + " environment needs 4, 2 and 0");
    }
  }

  @Test
  void anOptimiserThatIsNullIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> withNullOptimizer().build().close())
        .withMessageContaining(
            "the program's optimiser is null: the function given to optimizer(...) must return one");
  }

  @NullUnmarked
  private static TrainingBuilder withNullOptimizer() {
    return Training.on("CartPole-v1").optimizer(parameters -> null);
  }

  @Test
  void hiddenSizesAreIntegers() {
    PpoConfig config = PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2));
    for (Object element : List.of("64", 64L, 64.0)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Hyperparameters.with(config, Map.of("hiddenSizes", List.of(element))))
          .withMessage(
              "hiddenSizes must be a list of Integers, but has the element %s of type %s",
              element, element.getClass().getSimpleName());
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Hyperparameters.with(config, Map.of("hiddenSizes", Arrays.asList(64, nothing()))))
        .withMessageContaining("has the element null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.with(config, Map.of("hiddenSizes", 64)))
        .withMessageContaining("not of its hyperparameter's type");
  }

  @NullUnmarked
  private static Integer nothing() {
    return null;
  }

  @Test
  void aMisspeltIdGetsItsNearName() {
    assertThatThrownBy(() -> Training.on("CartPol-v1").build())
        .hasMessage(
            "CartPol-v1 is not among the environments written in Java, which Envs.ids() returns;"
                + " did you mean CartPole-v1 or CartPole-v0? Environments of Gymnasium need the"
                + " artifact ppo4j-gymnasium on the class path");
  }

  private static void refused(Consumer<PpoConfigBuilder> changes, String message) {
    assertThatThrownBy(() -> Training.on("CartPole-v1").config(changes).build().close())
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining(message);
  }

  @Test
  void valuesThatOthersSwitchOffAreRefused() {
    refused(c -> c.lrTargetKl(0.02), "lrTargetKl has no effect with lrSchedule LINEAR");
    refused(c -> c.weightDecay(0.1), "weightDecay has no effect with optimizer ADAM");
    refused(c -> c.orthoInit(false).policyGain(1), "policyGain has no effect without orthoInit");
    refused(
        c -> c.criticHiddenSizes(List.of(8)).sharedTrunk(true),
        "criticHiddenSizes has no effect with sharedTrunk");
    refused(
        c -> c.normObs(false).normalizerPerRollout(true),
        "normalizerPerRollout has no effect with normObs false and normalizerPerEnv ");
    refused(c -> c.lstmLayers(2), "lstmLayers has no effect without lstm or gru");
    refused(c -> c.normObs(false).clipObs(5), "clipObs has no effect without normObs");
    refused(c -> c.normReward(false).clipReward(1), "clipReward has no effect without normReward");
    Training.on("CartPole-v1")
        .config(
            c ->
                c.lrSchedule(LrSchedule.ADAPTIVE)
                    .lrTargetKl(0.02)
                    .optimizer(OptimizerKind.ADAMW)
                    .weightDecay(0.1)
                    .policyGain(1))
        .build()
        .close();
  }
}
