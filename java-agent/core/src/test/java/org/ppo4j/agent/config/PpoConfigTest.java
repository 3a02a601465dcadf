package org.ppo4j.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.config.PpoConfig.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

class PpoConfigTest {
  private static final Space DISCRETE = new Space.Discrete(2);
  private static final Space BOX = Space.Box.of(-1, 1, 2, DType.FLOAT32);

  private final PpoConfig config = PpoConfig.of(Profile.DEFAULT, DISCRETE);

  /**
   * CleanRL 1.2.0: 500,000 // (4 * 128) and 1,000,000 // 2048 iterations; 512 / 4 and 2048 / 32.
   */
  @Test
  void derivesTheSizesOfCleanRl() {
    PpoConfig continuous = PpoConfig.of(Profile.CLEANRL, BOX);

    assertThat(config.batchSize()).isEqualTo(512);
    assertThat(config.minibatchSize()).isEqualTo(128);
    assertThat(config.numIterations() * config.batchSize()).isEqualTo(499_712);
    assertThat(continuous.minibatchSize()).isEqualTo(64);
    assertThat(continuous.numIterations() * continuous.batchSize()).isEqualTo(999_424);
  }

  @Test
  void replacesWhatIsNamedAndKeepsTheRest() {
    PpoConfig changed = config.with("gamma", 0.9).with("hiddenSizes", List.of(8));

    assertThat(changed.gamma()).isEqualTo(0.9);
    assertThat(changed.hiddenSizes()).containsExactly(8);
    assertThat(changed.with("gamma", 0.99).with("hiddenSizes", List.of(64, 64))).isEqualTo(config);
  }

  @Test
  void validatesSeveralChangesOnlyTogether() {
    Map<String, Object> small = Map.of("totalTimesteps", 64L, "numEnvs", 1, "numSteps", 64);

    assertThat(config.with(small).numIterations()).isEqualTo(1);
  }

  @Test
  void refusesUnknownNames() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with("gama", 0.9))
        .withMessageContaining("no hyperparameter named gama")
        .withMessageContaining("gaeLambda");
  }

  @Test
  void refusesValuesOfAnotherType() {
    assertThatIllegalArgumentException().isThrownBy(() -> config.with("numEnvs", "four"));
  }

  static List<RecordComponent> ranged() {
    return Hyperparameters.components().stream()
        .filter(component -> !Hyperparameters.description(component).in().isEmpty())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("ranged")
  void refusesEveryHyperparameterOutOfItsRange(RecordComponent component) {
    Class<?> type = component.getType();
    Object outlier =
        type == int.class ? -1 : type == long.class ? -1L : type == List.class ? List.of(0) : -0.1;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with(component.getName(), outlier))
        .withMessageContaining(Hyperparameters.option(component.getName()))
        .withMessageContaining(Hyperparameters.description(component).in());
  }

  @Test
  void refusesNumbersThatAreNotFinite() {
    assertThatIllegalArgumentException().isThrownBy(() -> config.with("gamma", Double.NaN));
    assertThatIllegalArgumentException().isThrownBy(() -> config.with("logStdInit", Double.NaN));
    assertThat(config.with("maxGradNorm", Double.POSITIVE_INFINITY).maxGradNorm()).isInfinite();
  }

  @Test
  void refusesBatchesThatDoNotWorkOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with("numMinibatches", 513))
        .withMessage(
            "--num-minibatches 513 is more than the 512 transitions of a batch (--num-envs 4 times"
                + " --num-steps 128)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with("totalTimesteps", 511L))
        .withMessageContaining("--total-timesteps 511 is less than one batch of 512");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.with("numSteps", Integer.MAX_VALUE))
        .withMessageContaining("too large");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[0, 1]; 0; true",
        "[0, 1]; 1; true",
        "[0, 1]; 1.5; false",
        "[0, 1]; NaN; false",
        "(0, inf); 0; false",
        "(0, inf); Infinity; false",
        "(0, inf]; Infinity; true",
        "(-inf, 0.5); -3; true",
        "(-inf, 0.5); 0.5; false"
      })
  void intervalsIncludeSquareEndsOnly(String notation, double value, boolean inside) {
    assertThat(Interval.parse(notation).contains(value)).isEqualTo(inside);
  }
}
