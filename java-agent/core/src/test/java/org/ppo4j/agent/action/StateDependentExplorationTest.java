package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/** Noise and samples of gSDE; log probabilities and gradients are in the golden files. */
class StateDependentExplorationTest {
  private static final int DRAWS = 20_000;

  /** Log deviations of two latent features and one component. */
  private static final float[] LOG_STDS = {-1, 0.5f};

  private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(5);
  private final StateDependentExploration exploration = new StateDependentExploration(1, 2, 0);

  /**
   * The noise is linear: that of (2, 3) is twice that of (1, 0) plus three times that of (0, 1).
   */
  @Test
  void noiseIsKeptAndLinearInTheLatentFeatures() {
    exploration.drawNoise(1, LOG_STDS, random);
    float first = sample(0, 1, 0);
    float second = sample(0, 0, 1);
    assertThat(sample(0, 1, 0)).isEqualTo(first);
    assertThat((double) sample(7, 2, 3)).isCloseTo(7 + 2 * first + 3 * second, within(1e-5));
    exploration.drawNoise(1, LOG_STDS, random);
    assertThat(sample(0, 1, 0)).isNotEqualTo(first);
  }

  /** Each row has its noise, independent of the others'. */
  @Test
  void rowsHaveTheirOwnNoise() {
    exploration.drawNoise(2, LOG_STDS, random);
    float[] actions = new float[2];
    exploration.sample(new float[] {0, 1, 1, 0, 1, 1}, 2, LOG_STDS, random, actions);
    assertThat(actions[0]).isNotEqualTo(actions[1]);
  }

  /** Over all noise, actions are normal with variance 4 e^-2 + 9 e^1. */
  @Test
  void actionsAreNormalOverAllNoise() {
    double std = Math.sqrt(4 * Math.exp(-2) + 9 * Math.exp(1));
    double[] standardized = new double[DRAWS];
    for (int i = 0; i < DRAWS; i++) {
      exploration.drawNoise(1, LOG_STDS, random);
      standardized[i] = (sample(7, 2, 3) - 7) / std;
    }
    assertThat(
            new KolmogorovSmirnovTest()
                .kolmogorovSmirnovTest(new NormalDistribution(0, 1), standardized))
        .isGreaterThan(1e-3);
    float[] entropy = new float[1];
    exploration.evaluate(
        new float[] {7, 2, 3}, 1, LOG_STDS, new float[] {7}, new float[1], entropy);
    assertThat((double) entropy[0])
        .isCloseTo(Math.log(std) + 0.5 * Math.log(2 * Math.PI * Math.E), within(1e-6));
  }

  @Test
  void modesAreTheMeans() {
    float[] modes = new float[2];
    exploration.mode(new float[] {7, 2, 3, -1, 4, 5}, 2, modes);
    assertThat(modes).containsExactly(7, -1);
  }

  @Test
  void noiseIsDrawnBeforeSamples() {
    assertThatIllegalStateException()
        .isThrownBy(() -> sample(0, 1, 1))
        .withMessage("the noise was drawn for fewer than 1 rows; call drawNoise first");
  }

  private float sample(float... outputs) {
    float[] action = new float[1];
    exploration.sample(outputs, 1, LOG_STDS, random, action);
    return action[0];
  }
}
