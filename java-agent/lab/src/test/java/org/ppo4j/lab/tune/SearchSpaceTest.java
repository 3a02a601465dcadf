package org.ppo4j.lab.tune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.AlgorithmRules;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

class SearchSpaceTest {
  private static final Space BOX = Space.Box.of(-1, 1, 4, DType.FLOAT32);
  private static final Space UNBOUNDED =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 4, DType.FLOAT32);
  private static final PpoConfig BASE = PpoConfig.of(Profile.DEFAULT, BOX);

  @TempDir private Path folder;

  private SearchSpace space(String yaml) {
    return new SpaceReader("space.yaml").read(yaml);
  }

  private static Map<String, JsonNode> json(Map<String, ?> values) {
    Map<String, JsonNode> json = new HashMap<>();
    values.forEach((name, value) -> json.put(name, Json.MAPPER.valueToTree(value)));
    return json;
  }

  private static Map<String, Object> trial(SearchSpace space, Map<String, ?> parameters) {
    return space.hyperparameters(json(parameters), BASE, BASE);
  }

  static Stream<Arguments> everyAlgorithm() {
    List<Arguments> all = new ArrayList<>();
    for (String env : List.of("CartPole-v1", "Pendulum-v1")) {
      for (Algorithm each : List.of(Algorithm.PPO, Algorithm.A2C, Algorithm.TRPO, Algorithm.SPO)) {
        all.add(Arguments.of(env, each));
      }
    }
    return all.stream();
  }

  /** Any draws, those at the ends of ranges included, are valid together. */
  @ParameterizedTest
  @MethodSource("everyAlgorithm")
  void everyTrialOfTheBuiltInSpacesIsValid(String env, Algorithm algorithm) {
    EnvSpec spec;
    try (VectorEnv made = Envs.make(env, 1)) {
      spec = made.spec();
    }
    PpoConfig defaults = PpoConfig.of(algorithm, Profile.DEFAULT, spec.actionSpace());
    SearchSpace space = SearchSpace.of(spec.actionSpace(), algorithm);
    Random random = new Random(1);
    for (int i = 0; i < 500; i++) {
      Map<String, Object> drawn = new HashMap<>();
      for (Dimension each : space.dimensions()) {
        double at = random.nextInt(4) == 0 ? random.nextInt(2) : random.nextDouble();
        drawn.put(each.name(), draw(each, at));
      }
      PpoConfig config =
          Hyperparameters.with(defaults, space.hyperparameters(json(drawn), defaults, defaults));
      AlgorithmRules.require(algorithm, config, defaults, spec);
      assertThat(config.batchSize()).isBetween(1, 8192);
    }
  }

  private static Object draw(Dimension dimension, double at) {
    List<Object> choices = dimension.choices();
    if (!choices.isEmpty()) {
      int index = (int) Math.min(choices.size() - 1, at * choices.size());
      return Dimension.label(choices.get(index));
    }
    double value = dimension.low() + at * (dimension.high() - dimension.low());
    return dimension.integral() ? (Object) Math.round(value) : (Object) value;
  }

  @Test
  void derivesSizesThatDivide() {
    SearchSpace space =
        space(
            """
            numEnvs: {low: 1, high: 16, log: true}
            rolloutSize: {low: 512, high: 8192, log: true}
            minibatchSize: {low: 32, high: 512, log: true}
            """);

    assertThat(trial(space, Map.of("numEnvs", 3, "rolloutSize", 1000, "minibatchSize", 64)))
        .containsEntry("numSteps", 333)
        .containsEntry("numMinibatches", 16) // 999 / 64 = 15.6
        .doesNotContainKeys("rolloutSize", "minibatchSize");
    assertThat(trial(space, Map.of("numEnvs", 16, "rolloutSize", 512, "minibatchSize", 512)))
        .containsEntry("numMinibatches", 1);
  }

  @Test
  void limitsMinibatchesToTheTransitions() {
    SearchSpace space = space("{numMinibatches: {choices: [4, 4096]}, numEnvs: 1, numSteps: 128}");

    assertThat(trial(space, Map.of("numMinibatches", 4096))).containsEntry("numMinibatches", 128);
  }

  @Test
  void derivesDiscountsFromHorizons() {
    SearchSpace space =
        space(
            """
            discountHorizon: {low: 20, high: 2000, log: true}
            traceHorizon: {low: 4, high: 100, log: true}
            """);

    assertThat(trial(space, Map.of("discountHorizon", 50, "traceHorizon", 20)))
        .containsEntry("gamma", 0.98)
        .containsEntry("gaeLambda", 0.95);
  }

  @Test
  void resetsWhatAnotherValueSwitchesOff() {
    SearchSpace space =
        space(
            """
            actionHead: {choices: [gaussian, beta, gsde]}
            actionBounds: {choices: [clip, squash]}
            logStdInit: {low: -2, high: 0}
            sdeSampleFreq: {choices: [4, 8]}
            lrSchedule: {choices: [linear, adaptive]}
            lrTargetKl: {low: 0.005, high: 0.02}
            """);
    Map<String, Object> drawn =
        new HashMap<>(Map.of("actionBounds", "squash", "logStdInit", -1.5, "sdeSampleFreq", 8));
    drawn.putAll(Map.of("actionHead", "beta", "lrSchedule", "linear", "lrTargetKl", 0.015));

    assertThat(trial(space, drawn))
        .containsEntry("actionHead", ActionHead.BETA)
        .doesNotContainKeys("actionBounds", "logStdInit", "sdeSampleFreq", "lrTargetKl");
    drawn.putAll(Map.of("actionHead", "gsde", "lrSchedule", "adaptive"));
    assertThat(trial(space, drawn))
        .containsEntry("logStdInit", -1.5)
        .containsEntry("sdeSampleFreq", 8)
        .containsEntry("lrTargetKl", 0.015);
  }

  @Test
  void startsWithTheBaseWhereItLiesInTheSpace() {
    SearchSpace space = SearchSpace.of(BOX, Algorithm.PPO);

    assertThat(space.parameters(BASE))
        .containsEntry("numEnvs", 1L)
        .containsEntry("rolloutSize", 2048L)
        .containsEntry("minibatchSize", 64L)
        .containsEntry("hiddenSizes", "64,64")
        .containsEntry("actionHead", "gaussian")
        .doesNotContainKey("entCoef"); // 0 is not on a logarithmic range
    Map<String, Object> all = new HashMap<>(space.parameters(BASE));
    all.put("entCoef", 1e-6);
    assertThat(trial(space, all))
        .containsEntry("gamma", 0.99)
        .containsEntry("gaeLambda", 0.95)
        .containsEntry("numSteps", 2048)
        .containsEntry("hiddenSizes", List.of(64, 64));
  }

  @Test
  void startsWithTheBaseWhereItIsAmongTheChoices() {
    SearchSpace space =
        space(
            """
            rolloutSize: {choices: [1024, 2048]}
            minibatchSize: {choices: [64, 128]}
            discountHorizon: {choices: [50, 100]}
            targetKl: {choices: [0, 0.03]}
            updateEpochs: {choices: [3, 4]}
            """);

    assertThat(space.parameters(BASE))
        .containsEntry("rolloutSize", 2048)
        .containsEntry("minibatchSize", 64)
        .containsEntry("discountHorizon", 100.0)
        .containsEntry("targetKl", 0.0)
        .doesNotContainKey("updateEpochs"); // the base has 10
  }

  @Test
  void offersBetaOnlyForBoundedActions() {
    assertThat(SearchSpace.of(BOX, Algorithm.PPO).texts())
        .containsEntry("actionHead", "gaussian | gsde | beta");
    assertThat(SearchSpace.of(UNBOUNDED, Algorithm.PPO).texts())
        .containsEntry("actionHead", "gaussian | gsde");
  }

  @Test
  void leavesOutWhatIsGivenAndWhatItFollowsFrom() {
    SearchSpace space = SearchSpace.of(BOX, Algorithm.PPO).without(Set.of("gamma", "numSteps"));

    assertThat(space.texts())
        .doesNotContainKeys("discountHorizon", "rolloutSize")
        .containsKeys("traceHorizon", "minibatchSize");
  }

  @Test
  void refusesWhenNothingIsLeft() {
    SearchSpace space = space("gamma: {low: 0.9, high: 0.999}");

    assertThatThrownBy(() -> space.without(Set.of("gamma")))
        .hasMessageContaining("there is nothing to search");
  }

  @Test
  void refusesRolloutsThatATrainingCannotHave() {
    SearchSpace.of(BOX, Algorithm.PPO).require(BASE, 8192);
    assertThatThrownBy(() -> SearchSpace.of(BOX, Algorithm.PPO).require(BASE, 5000))
        .hasMessageContaining("rollouts of up to 8,192 transitions")
        .hasMessageContaining("5,000 steps");
    assertThatThrownBy(
            () ->
                space("{numEnvs: {choices: [4]}, numSteps: {choices: [8, 2048]}}")
                    .require(BASE, 5000))
        .hasMessageContaining("8,192");
    assertThatThrownBy(
            () ->
                space("{numEnvs: {choices: [4, 4096]}, rolloutSize: {choices: [512]}}")
                    .require(BASE, 2048))
        .hasMessageContaining("rollouts of up to 4,096 transitions");
  }

  @Test
  void aNumberStaysInItsRange() {
    SearchSpace space = space("gamma: {low: 0.99996, high: 0.99999}");

    assertThat(trial(space, Map.of("gamma", 0.99997123))).containsEntry("gamma", 0.99997123);
  }

  @Test
  void refusesWhatNoDrawMakesValid() {
    EnvSpec cartPole;
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      cartPole = env.spec();
    }
    PpoConfig defaults = PpoConfig.of(Profile.DEFAULT, cartPole.actionSpace());
    Consumer<PpoConfig> rules =
        config -> AlgorithmRules.require(Algorithm.PPO, config, defaults, cartPole);
    PpoConfig decayed = defaults.with(c -> c.weightDecay(0.1));

    assertThatThrownBy(() -> space("gamma: {low: 0.9, high: 0.99}").require(decayed, rules))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageStartingWith("weightDecay has no effect");
    space("optimizer: {choices: [adam, adamw]}").require(decayed, rules);
    assertThatThrownBy(
            () -> space("actionHead: {choices: [gaussian, beta]}").require(defaults, rules))
        .hasMessageStartingWith(
            "the space has the choice beta for actionHead, but actionHead BETA is for continuous");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "gama: {low: 1, high: 2}; names gama, which is not a hyperparameter",
        "gamma: {low: 0.9, high: 2}; gamma must lie in [0, 1], but got 2.0",
        "gamma: {low: 0.99, high: 0.9}; expected low to be less than high",
        "learningRate: {low: 0, high: 1, log: true}; learningRate must lie in (0",
        "entCoef: {low: 0, high: 1, log: true}; and above 0 with log",
        "gamma: {low: 0.9}; expected a value, {choices",
        "gamma: {choices: []}; has no choices for gamma",
        "gamma: {choices: {a: 0.9}}; has choices for gamma that are not a list",
        "gamma: {choices: [0.9, 0.9]}; has the choice 0.9 of gamma twice",
        "gamma: {choices: [high]}; expected a number",
        "numEnvs: {low: 1.5, high: 4}; expected an integer",
        "normObs: {low: 0, high: 1}; which is not a number: expected choices",
        "normObs: {choices: [maybe]}; expected true or false",
        "hiddenSizes: {choices: [64]}; expected a list of integers",
        "activation: {choices: [gelu]}; expected one of [tanh, relu",
        "rolloutSize: {low: 0, high: 10}; expected 1 or more",
        "gamma: 0.9; every value in it is fixed",
        "totalTimesteps: {choices: [1, 2]}; give the steps of a training with --steps",
        "[]; has no space",
        "'{a: 1, a: 2}'; is not YAML: Duplicate field",
        "{gamma: 0.9, discountHorizon: {low: 20, high: 30}}; has both discountHorizon and gamma",
      })
  void refusesOtherSpaces(String yaml, String message) {
    assertThatThrownBy(() -> space(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("the space space.yaml ")
        .hasMessageContaining(message);
  }

  @Test
  void readsAUsersFile() throws IOException {
    Path file = folder.resolve("mine.yaml");
    Files.writeString(file, "learningRate: {low: 1e-4, high: 1e-2, log: true}\ngamma: 0.98\n");

    SearchSpace space = SearchSpace.read(file, Algorithm.PPO);

    assertThat(space.texts()).containsExactly(Map.entry("learningRate", "1.0E-4 to 0.01, log"));
    assertThat(trial(space, Map.of("learningRate", 0.00123456)))
        .containsEntry("learningRate", 0.001235)
        .containsEntry("gamma", 0.98);
    assertThatThrownBy(() -> SearchSpace.read(folder.resolve("none.yaml"), Algorithm.PPO))
        .hasMessageContaining("there is no space");
    Files.writeString(file, "clipCoef: {low: 0.1, high: 0.3}\n");
    assertThatThrownBy(() -> SearchSpace.read(file, Algorithm.A2C))
        .hasMessageContaining("has clipCoef, which has no effect on a2c");
  }
}
