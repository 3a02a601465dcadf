package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Samples, modes and densities of beta distributions; gradients are in the golden files. */
class BetaTest {
  private static final int SAMPLES = 20_000;

  private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(9);

  @ParameterizedTest
  @CsvSource({"0, 0", "-30, -30", "-3, 2", "5, -5", "40, 3", "200, 300"})
  void samplesFollowTheDistribution(float alpha, float beta) {
    float[] outputs = new float[2 * SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      outputs[2 * i] = alpha;
      outputs[2 * i + 1] = beta;
    }
    float[] actions = new float[SAMPLES];
    new Beta(1).sample(outputs, SAMPLES, new float[0], random, actions);
    double[] samples = new double[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      samples[i] = actions[i];
    }
    BetaDistribution expected = new BetaDistribution(1 + softplus(alpha), 1 + softplus(beta));
    assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(expected, samples))
        .isGreaterThan(1e-3);
  }

  /** Each row of two components has its alphas before its betas. */
  @Test
  void densityIsThatOfCommonsMath() {
    float[] outputs = {0.5f, -1, 2, 3, -4, 0, 1, 7};
    float[] actions = {0.25f, 0.5f, 0.9f, 0.01f};
    float[] logProbs = new float[2];
    new Beta(2).evaluate(outputs, 2, new float[0], actions, logProbs, new float[2]);
    for (int row = 0; row < 2; row++) {
      double expected = 0;
      for (int i = 0; i < 2; i++) {
        double alpha = 1 + softplus(outputs[4 * row + i]);
        double beta = 1 + softplus(outputs[4 * row + 2 + i]);
        expected += new BetaDistribution(alpha, beta).logDensity(actions[2 * row + i]);
      }
      assertThat((double) logProbs[row]).isCloseTo(expected, within(1e-6));
    }
  }

  /** Of a density that is highest at a bound, samples stay so far inside that its log is finite. */
  @Test
  void samplesStayInside() {
    int rows = 1000;
    float[] outputs = new float[2 * rows];
    for (int i = 0; i < rows; i++) {
      outputs[2 * i] = i % 2 == 0 ? 1e9f : -200;
      outputs[2 * i + 1] = i % 2 == 0 ? -200 : 1e9f;
    }
    float[] actions = new float[rows];
    float[] logProbs = new float[rows];
    Beta beta = new Beta(1);
    beta.sample(outputs, rows, new float[0], random, actions);
    beta.evaluate(outputs, rows, new float[0], actions, logProbs, new float[rows]);
    for (int i = 0; i < rows; i++) {
      assertThat(actions[i]).isBetween(Beta.EDGE, 1 - Beta.EDGE);
      assertThat(logProbs[i]).isFinite();
    }
  }

  /** The density at the mode is higher than close to it; without a mode it is the middle. */
  @Test
  void modeIsTheMaximum() {
    Beta beta = new Beta(1);
    float[] outputs = {1.5f, -0.5f};
    float[] mode = new float[1];
    beta.mode(outputs, 1, mode);
    float[] logProbs = new float[3];
    beta.evaluate(
        new float[] {1.5f, -0.5f, 1.5f, -0.5f, 1.5f, -0.5f},
        3,
        new float[0],
        new float[] {mode[0] - 0.01f, mode[0], mode[0] + 0.01f},
        logProbs,
        new float[3]);
    assertThat(logProbs[1]).isGreaterThan(logProbs[0]).isGreaterThan(logProbs[2]);

    float[] modes = new float[3];
    beta.mode(new float[] {-1000, -1000, 3, -1000, -1000, 3}, 3, modes);
    assertThat(modes).containsExactly(0.5f, 1, 0);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
