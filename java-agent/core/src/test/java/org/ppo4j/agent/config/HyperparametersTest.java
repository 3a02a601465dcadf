package org.ppo4j.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class HyperparametersTest {
  private final PpoConfig config = PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2));
  private final PpoConfig other =
      PpoConfig.of(Profile.CLEANRL, Space.Box.of(-1, 1, 2, DType.FLOAT32));

  static List<Hyperparameters.Entry> all() {
    return Hyperparameters.all();
  }

  static List<Hyperparameters.Entry> ranged() {
    return all().stream().filter(entry -> !entry.range().isEmpty()).toList();
  }

  @Test
  void namesAreFlatAndInTheOrderOfTheStages() {
    assertThat(all().stream().map(Hyperparameters.Entry::name))
        .hasSize(64)
        .startsWith("totalTimesteps", "numEnvs", "numSteps", "maxLag", "gamma")
        .endsWith("clipReward", "normalizerPerEnv", "normalizerPerRollout");
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyHyperparameterHasOneSetterOfItsType(Hyperparameters.Entry entry)
      throws ReflectiveOperationException {
    List<Method> setters =
        Arrays.stream(PpoConfigBuilder.class.getMethods())
            .filter(method -> method.getName().equals(entry.name()))
            .toList();
    assertThat(setters).hasSize(1);
    assertThat(setters.getFirst().getGenericParameterTypes()).containsExactly(entry.genericType());

    Object value = another(entry);
    PpoConfigBuilder builder = new PpoConfigBuilder(config);
    setters.getFirst().invoke(builder, value);
    PpoConfig changed = builder.build();
    for (Hyperparameters.Entry each : all()) {
      assertThat(each.valueIn(changed))
          .as(each.name())
          .isEqualTo(each.equals(entry) ? value : each.valueIn(config));
    }
  }

  /** The only other method is {@code build}. */
  @Test
  void everySetterIsOfAHyperparameter() {
    assertThat(Arrays.stream(PpoConfigBuilder.class.getDeclaredMethods()))
        .filteredOn(method -> Modifier.isPublic(method.getModifiers()))
        .extracting(Method::getName)
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(Stream.of("build"), all().stream().map(e -> e.name())).toList());
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void refusesEveryHyperparameterOutOfItsRange(Hyperparameters.Entry entry) {
    Class<?> type = entry.type();
    Object outlier =
        type == int.class
            ? Integer.MIN_VALUE
            : type == long.class ? -1L : type == List.class ? List.of(0) : -20.5;

    assertThatExceptionOfType(InvalidHyperparameterException.class)
        .isThrownBy(() -> Hyperparameters.with(config, Map.of(entry.name(), outlier)))
        .withMessageContaining("%s must lie in %s", entry.name(), entry.range())
        .satisfies(e -> assertThat(e.component()).isEqualTo(entry.name()));
  }

  @Test
  void refusesUnknownNamesAndOtherTypes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.with(config, Map.of("gama", 0.9)))
        .withMessageContaining("no hyperparameter named gama")
        .withMessageContaining("gaeLambda");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.with(config, Map.of("numEnvs", "four")))
        .withMessageContaining("not of its hyperparameter's type");
  }

  @Test
  void jsonIsOneFlatObject() throws JsonProcessingException {
    ObjectNode json = json(other.with(c -> c.maxGradNorm(Double.POSITIVE_INFINITY)));

    assertThat(json.size()).isEqualTo(64);
    assertThat(json.get("total_timesteps").asLong()).isEqualTo(1_000_000);
    assertThat(json.get("target_kl_check").asText()).isEqualTo("epoch");
    assertThat(json.get("hidden_sizes").toString()).isEqualTo("[64,64]");
    assertThat(json.get("max_grad_norm").asText()).isEqualTo("Infinity");
  }

  @Test
  void jsonReadsAsItWasWritten() throws JsonProcessingException {
    PpoConfig written =
        other.with(c -> c.maxGradNorm(Double.POSITIVE_INFINITY).hiddenSizes(List.of(8, 16)));

    assertThat(Json.MAPPER.treeToValue(json(written), PpoConfig.class)).isEqualTo(written);
    assertThat(Hyperparameters.fromJson(json(written), config))
        .isEqualTo(new Hyperparameters.Read(written, List.of()));
  }

  @Test
  void aMissingOneTakesItsDefaultAndIsNamed() throws JsonProcessingException {
    ObjectNode json = json(other.with(c -> c.clipCoef(0.1).gamma(0.5)));
    json.remove(List.of("clip_coef", "gamma"));

    assertThat(Hyperparameters.fromJson(json, other))
        .isEqualTo(new Hyperparameters.Read(other, List.of("gamma", "clipCoef")));
    assertThatThrownBy(() -> Json.MAPPER.treeToValue(json, PpoConfig.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("missing hyperparameters [gamma, clipCoef]");
  }

  @Test
  void anUnknownOneIsRefusedByName() {
    ObjectNode json = json(config);
    json.put("reward_scale", 0.2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.fromJson(json, config))
        .withMessage("unknown hyperparameter 'reward_scale'; a newer ppo4j may know it");
    assertThatThrownBy(() -> Json.MAPPER.treeToValue(json, PpoConfig.class))
        .isInstanceOf(JsonProcessingException.class)
        .hasMessageContaining("unknown hyperparameter 'reward_scale'");
  }

  @Test
  void aValueOfAnotherTypeOrRangeIsRefused() {
    ObjectNode json = json(config);

    json.put("num_envs", "four");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.fromJson(json, config))
        .withMessage("the hyperparameter 'num_envs' must be of type int, but is \"four\"");
    json.putNull("num_envs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Hyperparameters.fromJson(json, config))
        .withMessage("the hyperparameter 'num_envs' must be of type int, but is null");
    json.put("num_envs", 0);
    assertThatExceptionOfType(InvalidHyperparameterException.class)
        .isThrownBy(() -> Hyperparameters.fromJson(json, config));
  }

  private static ObjectNode json(PpoConfig config) {
    return Json.MAPPER.valueToTree(config);
  }

  /** Returns a valid value other than the default. */
  @SuppressWarnings("EnumOrdinal") // any other constant will do
  private Object another(Hyperparameters.Entry entry) {
    Object value = entry.valueIn(config);
    return switch (value) {
      case Boolean set -> !set;
      case Integer number -> entry.range().endsWith("1]") ? number - 1 : number + 1;
      case Long number -> number + 1;
      case Double number -> number == 0 ? 0.25 : number / 2;
      case List<?> _ -> List.of(7);
      case Enum<?> constant -> {
        List<Object> constants = List.of(entry.type().getEnumConstants());
        yield constants.get((constants.indexOf(constant) + 1) % constants.size());
      }
      case Cnn _ -> Cnn.IMPALA;
      default -> throw new IllegalStateException(entry.name());
    };
  }
}
