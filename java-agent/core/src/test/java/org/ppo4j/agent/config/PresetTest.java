package org.ppo4j.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.OptimizerKind;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class PresetTest {
  private static final Space DISCRETE = new Space.Discrete(4);
  private static final Space BOX = Space.Box.of(-1, 1, 4, DType.FLOAT32);
  private static final Set<String> DISCRETE_TASKS =
      Set.of("CartPole-v1", "Acrobot-v1", "MountainCar-v0", "LunarLander-v3");

  static List<Preset> zoo() {
    return Preset.all().stream().filter(preset -> preset.name().equals("zoo")).toList();
  }

  /**
   * The Zoo gives minibatches in transitions: 64 unless it says otherwise, or the whole batch if
   * that is smaller.
   */
  @ParameterizedTest
  @MethodSource("zoo")
  void giveMinibatchesOfTheZoosSizes(Preset preset) {
    Space actions = DISCRETE_TASKS.contains(preset.env()) ? DISCRETE : BOX;
    PpoConfig config = preset.applyTo(PpoConfig.of(Profile.DEFAULT, actions));

    int size =
        switch (preset.env()) {
          case "CartPole-v1", "Humanoid-v*", "Swimmer-v*" -> 256;
          case "Hopper-v*", "Walker2d-v*", "Reacher-v*", "HumanoidStandup-v*" -> 32;
          case "InvertedDoublePendulum-v*", "CarRacing-v3" -> 128;
          case "InvertedPendulum-v*" -> 32;
          case "MountainCarContinuous-v0" -> 8; // 256 in the Zoo, of rollouts of 8
          default -> 64;
        };
    assertThat(config.minibatchSize()).isEqualTo(size);
    assertThat(config.loss().clipVloss()).isFalse();
    assertThat(preset.source()).contains("Zoo");
  }

  /** The Zoo's defaults must not depend on the profile. */
  @ParameterizedTest
  @MethodSource("zoo")
  void changeAllNumbersOfTheProfile(Preset preset) {
    PpoConfig discrete = preset.applyTo(PpoConfig.of(Profile.DEFAULT, DISCRETE));
    PpoConfig box = preset.applyTo(PpoConfig.of(Profile.DEFAULT, BOX));

    assertThat(discrete).isEqualTo(box);
  }

  /** The Zoo's vf_coef is 0.5 here, SB3's default, and its exploration gSDE. */
  @Test
  void carRacingIsAsTheZooHasIt() {
    Preset preset = Preset.find("zoo", "CarRacing-v3").orElseThrow();
    PpoConfig config = preset.applyTo(PpoConfig.of(Profile.DEFAULT, BOX));

    assertThat(config.loss().vfCoef()).isEqualTo(1);
    assertThat(config.action().actionHead()).isEqualTo(ActionHead.GSDE);
    assertThat(config.action().sdeSampleFreq()).isEqualTo(4);
    assertThat(config.network().logStdInit()).isEqualTo(-2);
    assertThat(config.network().sharedTrunk()).isTrue();
  }

  private static List<Arguments> switches() {
    return List.of(
        Arguments.of("actionHead", ActionHead.BETA, Map.of("logStdInit", -1.0)),
        Arguments.of("actionHead", ActionHead.BETA, Map.of("actionBounds", ActionBounds.SQUASH)),
        Arguments.of("actionHead", ActionHead.GAUSSIAN, Map.of("sdeSampleFreq", 4)),
        Arguments.of("lrSchedule", LrSchedule.LINEAR, Map.of("lrTargetKl", 0.02)),
        Arguments.of("optimizer", OptimizerKind.ADAM, Map.of("weightDecay", 0.1)),
        Arguments.of("orthoInit", false, Map.of("policyGain", 0.5)),
        Arguments.of("updateEpochs", 1, Map.of("recomputeAdvantages", true)),
        Arguments.of("sharedTrunk", true, Map.of("criticHiddenSizes", List.of(32))),
        Arguments.of("normObs", false, Map.of("normalizerPerRollout", true)),
        Arguments.of("normalizerPerEnv", true, Map.of("normalizerPerRollout", true)),
        Arguments.of("lstm", 0, Map.of("lstmLayers", 2)),
        Arguments.of("gru", 0, Map.of("forgetBias", 1.0)));
  }

  @ParameterizedTest
  @MethodSource("switches")
  void givesWayOnlyWhereAGivenValueSwitchesOneOff(
      String name, Object value, Map<String, Object> without) {
    Map<String, Object> values = new HashMap<>(without);
    values.put("gamma", 0.5);
    Preset preset = new Preset("own", "CartPole-v1", "a test", null, false, values);

    assertThat(preset.givingWayTo(Map.of()).hyperparameters()).isEqualTo(values);
    assertThat(preset.givingWayTo(Map.of(name, value)).hyperparameters())
        .isEqualTo(Map.of("gamma", 0.5, name, value));
    Map<String, Object> both = new HashMap<>(without);
    both.put(name, value);
    assertThat(preset.givingWayTo(both).hyperparameters()).containsAllEntriesOf(both);
    Preset contradiction = new Preset("own", "CartPole-v1", "a test", null, false, both);
    assertThat(contradiction.givingWayTo(Map.of()).hyperparameters()).isEqualTo(both);
    assertThat(preset.givingWayTo(Map.of("gamma", 0.9)).hyperparameters())
        .containsAllEntriesOf(without)
        .containsEntry("gamma", 0.9);
  }

  @Test
  void leavesOutTheDistributionOfOtherActions() {
    Preset preset = Preset.find("zoo", "CarRacing-v3").orElseThrow();

    assertThat(preset.forActions(BOX)).isEqualTo(preset);
    assertThat(preset.forActions(DISCRETE).hyperparameters())
        .doesNotContainKeys("actionHead", "sdeSampleFreq")
        .containsEntry("totalTimesteps", 4_000_000L);
    try (Training training =
        Training.on("CartPole-v1")
            .preset(preset)
            .config(c -> c.numEnvs(1).numSteps(64).hiddenSizes(List.of(8)))
            .build()) {
      assertThat(training.config().hyperparameters().action().actionHead())
          .isEqualTo(ActionHead.GAUSSIAN);
    }
  }

  /** The Zoo's vf_coef weighs the squared error, ppo4j's half of it: 2 * 0.58096. */
  @Test
  void halfCheetahIsAsTheZooHasIt() {
    Preset preset = Preset.find("zoo", "HalfCheetah-v5").orElseThrow();
    PpoConfig config = preset.applyTo(PpoConfig.of(Profile.DEFAULT, BOX));

    assertThat(config.loss().vfCoef()).isEqualTo(1.16192);
    assertThat(config.optimizer().learningRate()).isEqualTo(2.0633e-5);
    assertThat(config.optimizer().lrSchedule()).isEqualTo(LrSchedule.CONSTANT);
    assertThat(config.network().hiddenSizes()).containsExactly(256, 256);
    assertThat(config.network().activation()).isEqualTo(Activation.RELU);
    assertThat(config.network().orthoInit()).isFalse();
    assertThat(config.network().logStdInit()).isEqualTo(-2);
    assertThat(config.normalize().normObs()).isTrue();
    assertThat(config.advantage().bootstrapTruncated()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "BipedalWalker-v3, ppo4j",
    "BipedalWalkerHardcore-v3, ppo4j",
    "CarRacing-v3, zoo",
    "MountainCar-v0, ppo4j",
    "InvertedPendulum-v5, ppo4j",
    "Hopper-v5, ppo4j",
    "LunarLanderContinuous-v3, ppo4j",
    "Reacher-v5, ppo4j",
    "LunarLander-v3, ppo4j",
    "Pusher-v5, ppo4j",
    "InvertedDoublePendulum-v5, ppo4j",
    "Ant-v5, ppo4j",
    "Humanoid-v5, ppo4j",
    "HumanoidStandup-v5, ppo4j",
    "Swimmer-v5, ppo4j",
    "Walker2d-v5, ppo4j",
    "Pendulum-v1, ppo4j",
    "CartPole-v1,",
    "HalfCheetah-v5, ppo4j",
    "HalfCheetah-v4,",
    "BipedalWalker-v30,",
    "MountainCarContinuous-v0, ppo4j"
  })
  void someAreUsedWithoutBeingAskedFor(String env, String name) {
    assertThat(Preset.automatic(Profile.DEFAULT, env).map(Preset::name).orElse(null))
        .isEqualTo(name);
  }

  @Test
  void noEnvironmentHasTwoAutomaticPresets() {
    assertThat(Preset.all().stream().filter(Preset::automatic).map(Preset::env))
        .isNotEmpty()
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "*Pole*, true",
    "Cart*v1*zzz, false",
    "C*P*-v1, true",
    "Cart.ole-v1, false",
    "*, true"
  })
  void starsStandForAnyCharacters(String env, boolean isFor) {
    Preset preset = new Preset("own", env, "a test", null, false, Map.of());

    assertThat(preset.isFor("CartPole-v1")).isEqualTo(isFor);
  }

  @Test
  void sayWhatTheyLack() {
    assertThat(Preset.find("zoo", "CarRacing-v3").orElseThrow().lacks()).contains("GELU");
    assertThat(Preset.find("zoo", "Pendulum-v1").orElseThrow().lacks()).isNull();
  }

  @Test
  void cleanRlHasTheProfilesNumbersForEveryEnvironment() {
    assertThat(Preset.find("cleanrl", "Anything-v0").orElseThrow().hyperparameters()).isEmpty();
  }
}
