package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

class TrainingSizesTest {
  private static final Space FOUR = Space.Box.of(-1, 1, 4, DType.FLOAT32);
  private static final Space TWO = new Space.Discrete(2);

  private static void require(
      Space observations, Space actions, Algorithm algorithm, Consumer<PpoConfigBuilder> changes) {
    EnvSpec env = new EnvSpec("Test-v0", observations, actions, 0, Map.of(), Map.of());
    PpoConfig config = PpoConfig.of(algorithm, Profile.DEFAULT, actions).with(changes);
    TrainingSizes.require(
        env, algorithm, config, PolicyNetwork.spec(env, algorithm, config, null), true, 4L << 30);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1000000000", "46341,46341", "65536,65536", "2147483647", "64,2147483647,64"})
  void hiddenLayersThatNoArrayHoldsAreRefused(String sizes) {
    List<Integer> hidden = List.of(sizes.split(",")).stream().map(Integer::valueOf).toList();
    for (boolean ortho : new boolean[] {true, false}) {
      assertThatThrownBy(
              () -> require(FOUR, TWO, Algorithm.PPO, c -> c.hiddenSizes(hidden).orthoInit(ortho)))
          .isInstanceOf(InvalidHyperparameterException.class)
          .hasMessageContaining(hidden.toString())
          .hasMessageContaining("lower hiddenSizes or criticHiddenSizes");
      assertThatThrownBy(
              () ->
                  require(
                      FOUR, TWO, Algorithm.PPO, c -> c.criticHiddenSizes(hidden).orthoInit(ortho)))
          .isInstanceOf(InvalidHyperparameterException.class)
          .hasMessageContaining(hidden.toString());
    }
  }

  /** Of stacks of four frames, a rollout has room for one a step. */
  @Test
  void framesOfARolloutFitMemory() {
    double[] high = new double[4 * 84 * 84];
    Arrays.fill(high, 255);
    Space stacks = new Space.Box(new double[high.length], high, new int[] {4, 84, 84}, DType.UINT8);
    assertThatThrownBy(
            () ->
                require(
                    stacks,
                    TWO,
                    Algorithm.PPO,
                    c ->
                        c.totalTimesteps(800_000)
                            .numEnvs(8)
                            .numSteps(100_000)
                            .numMinibatches(1_000)))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("times 7056 bytes of frames");
  }

  /** Two networks of 1.6e9 parameters fit an array each, and not together. */
  @Test
  void allParametersTogetherFitAnArray() {
    assertThatThrownBy(
            () -> require(FOUR, TWO, Algorithm.PPO, c -> c.hiddenSizes(List.of(40_000, 40_000))))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("have 3200600003 parameters, more than the 2147483639");
  }

  @ParameterizedTest
  @CsvSource({"1,1073741824", "1073741824,1", "32768,32768"})
  void rolloutsThatNoArrayHoldsAreRefused(int numEnvs, int numSteps) {
    assertThatThrownBy(
            () ->
                require(
                    FOUR,
                    TWO,
                    Algorithm.PPO,
                    c ->
                        c.numEnvs(numEnvs)
                            .numSteps(numSteps)
                            .totalTimesteps(1L << 31)
                            .hiddenSizes(List.of(1))))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("numEnvs %d times numSteps %d".formatted(numEnvs, numSteps))
        .hasMessageContaining("is 4294967296 numbers, more than the 2147483639 of an array")
        .hasMessageContaining("lower numSteps, numEnvs");
  }

  @Test
  void namesTheUnitsOfRecurrentLayers() {
    assertThatThrownBy(() -> require(FOUR, TWO, Algorithm.PPO, c -> c.lstm(100_000)))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("; lower lstm or hiddenSizes or criticHiddenSizes, or use");
  }

  @Test
  void spacesThatNoArrayHoldsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> require(new Space.Discrete(2_000_000_000), TWO, Algorithm.PPO, c -> {}))
        .withMessageContaining("networks of 2000000000 inputs");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                require(
                    new Space.MultiDiscrete(1_000_000_000, 1_000_000_000, 1_000_000_000),
                    TWO,
                    Algorithm.PPO,
                    c -> {}))
        .withMessageContaining("one-hot observations of MultiDiscrete")
        .withMessageContaining("would be 3000000000 numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> require(FOUR, new Space.Discrete(1 << 30), Algorithm.PPO, c -> {}))
        .withMessageContaining("1073741824 outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                require(
                    FOUR,
                    new Space.MultiDiscrete(2_000_000_000, 2_000_000_000),
                    Algorithm.PPO,
                    c -> {}))
        .withMessageContaining("the actor's outputs for actions MultiDiscrete")
        .withMessageContaining("would be 4000000000 numbers");
  }

  @Test
  void actionsWhoseNetworksNoArrayHoldsAreRefused() {
    Space many = Space.Box.of(-1, 1, 50_000_000, DType.FLOAT32);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> require(FOUR, many, Algorithm.PPO, c -> {}))
        .withMessageContaining("50000000 outputs");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> require(FOUR, many, Algorithm.PPO, c -> c.actionHead(ActionHead.GSDE)))
        .withMessageContaining("log standard deviations of GSDE");
  }

  @Test
  void anAuxiliaryPhaseThatNoArrayHoldsIsRefused() {
    assertThatThrownBy(
            () ->
                require(
                    Space.Box.of(-1, 1, 1000, DType.FLOAT32),
                    TWO,
                    Algorithm.PPG,
                    c -> c.nIteration(10_000).totalTimesteps(10_000_000)))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("an auxiliary phase, nIteration 10000 times")
        .hasMessageContaining("nIteration");
  }

  @Test
  void whatDoesNotFitTheMemoryIsRefusedWithTheLargestPart() {
    assertThatThrownBy(
            () -> require(FOUR, TWO, Algorithm.PPO, c -> c.hiddenSizes(List.of(20_000, 20_000))))
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("training needs at least 19.2 GB of memory")
        .hasMessageContaining("networks, 800300003 parameters")
        .hasMessageContaining("but Java may use 4.3 GB")
        .hasMessageContaining("-Xmx");
  }

  @Test
  void imagesAndManyEnvironmentsFit() {
    Space image =
        new Space.Box(
            new double[100_800], new double[100_800], new int[] {210, 160, 3}, DType.UINT8);

    require(image, TWO, Algorithm.PPO, c -> {});
    require(image, Space.Box.of(-1, 1, 3, DType.FLOAT32), Algorithm.PPO, c -> {});
    require(FOUR, TWO, Algorithm.PPO, c -> c.numEnvs(100_000).numSteps(8).totalTimesteps(800_000));
  }

  @Test
  void theNumbersOfARefusalAreLongs() {
    assertThat(Sizes.product(1L << 40, 1L << 40)).isEqualTo(Long.MAX_VALUE);
    assertThat(Sizes.product(3, 5, 7)).isEqualTo(105);
    assertThat(Sizes.sum(Long.MAX_VALUE, 1)).isEqualTo(Long.MAX_VALUE);
    assertThat(Sizes.text(Long.MAX_VALUE)).isEqualTo("more than 9.2e18");
  }
}
