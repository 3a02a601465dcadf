package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/**
 * Compares the density and its entropy with integrals over (-1, 1), with mean 0.7 and deviation
 * 0.8.
 */
class SquashedGaussianTest {
  private static final float MEAN = 0.7f;
  private static final float LOG_STD = (float) Math.log(0.8);
  private static final int CELLS = 200_000;
  private static final int SAMPLES = 200_000;

  @Test
  void densityIntegratesToOne() {
    float[] actions = new float[CELLS];
    for (int i = 0; i < CELLS; i++) {
      actions[i] = (float) atanh(centre(i));
    }
    float[] logProbs = new float[CELLS];
    evaluate(new SquashedGaussian(new DiagonalGaussian(1, 0)), actions, logProbs, new float[CELLS]);
    double sum = 0;
    for (float logProb : logProbs) {
      sum += Math.exp(logProb) * 2 / CELLS;
    }
    assertThat(sum).isCloseTo(1, within(1e-4));
  }

  @Test
  void entropyIsUnbiased() {
    float[] entropies = new float[SAMPLES];
    SquashedGaussian distribution = new SquashedGaussian(new DiagonalGaussian(1, 0));
    evaluate(distribution, samples(distribution), new float[SAMPLES], entropies);
    double sum = 0;
    for (float entropy : entropies) {
      sum += entropy;
    }
    assertThat(sum / SAMPLES).isCloseTo(entropy(MEAN, LOG_STD), within(0.01));
  }

  /** Compares the mean gradient of an action's entropy with differences of the integral. */
  @Test
  void gradientOfTheEntropyIsUnbiased() {
    SquashedGaussian distribution = new SquashedGaussian(new DiagonalGaussian(1, 0));
    evaluate(distribution, samples(distribution), new float[SAMPLES], new float[SAMPLES]);
    float[] byMeans = new float[SAMPLES];
    float[] byLogStd = new float[1];
    distribution.gradients(new float[SAMPLES], 1, byMeans, byLogStd);
    double byMean = 0;
    for (float gradient : byMeans) {
      byMean += gradient;
    }
    double h = 1e-3;
    assertThat(byMean / SAMPLES)
        .isCloseTo(
            (entropy(MEAN + h, LOG_STD) - entropy(MEAN - h, LOG_STD)) / (2 * h), within(.01));
    assertThat((double) byLogStd[0] / SAMPLES)
        .isCloseTo(
            (entropy(MEAN, LOG_STD + h) - entropy(MEAN, LOG_STD - h)) / (2 * h), within(.01));
  }

  /** Rows of two components after one row, and the mean as the mode. */
  @Test
  void takesMoreRowsThanBefore() {
    SquashedGaussian distribution = new SquashedGaussian(new DiagonalGaussian(2, 0));
    float[] one = new float[1];
    float[] three = new float[3];
    float[] row = {0.3f, -0.2f};
    float[] rows = {0.3f, -0.2f, 0.3f, -0.2f, 0.3f, -0.2f};
    distribution.evaluate(new float[2], 1, new float[2], row, one, new float[1]);
    distribution.evaluate(new float[6], 3, new float[2], rows, three, new float[3]);
    assertThat(three).containsExactly(one[0], one[0], one[0]);
    float[] mode = new float[2];
    distribution.mode(row, 1, mode);
    assertThat(mode).isEqualTo(row);
  }

  @Test
  void staysFiniteFarOut() {
    float[] logProbs = new float[2];
    float[] entropies = new float[2];
    evaluate(
        new SquashedGaussian(new DiagonalGaussian(1, 0)),
        new float[] {-40, 40},
        logProbs,
        entropies);
    for (int i = 0; i < 2; i++) {
      assertThat(Float.isFinite(logProbs[i]) && Float.isFinite(entropies[i])).isTrue();
    }
  }

  private static float[] samples(SquashedGaussian distribution) {
    float[] actions = new float[SAMPLES];
    distribution.sample(
        means(SAMPLES),
        SAMPLES,
        new float[] {LOG_STD},
        RandomSource.XO_SHI_RO_256_PP.create(11),
        actions);
    return actions;
  }

  private static void evaluate(
      SquashedGaussian distribution, float[] actions, float[] logProbs, float[] entropies) {
    distribution.evaluate(
        means(actions.length), actions.length, new float[] {LOG_STD}, actions, logProbs, entropies);
  }

  private static float[] means(int rows) {
    float[] means = new float[rows];
    java.util.Arrays.fill(means, MEAN);
    return means;
  }

  /** Returns minus the integral of p(a) log p(a), p being the density of a = tanh(u). */
  private static double entropy(double mean, double logStd) {
    double sum = 0;
    for (int i = 0; i < CELLS; i++) {
      double a = centre(i);
      double z = (atanh(a) - mean) / Math.exp(logStd);
      double density = Math.exp(-0.5 * z * z - logStd) / Math.sqrt(2 * Math.PI) / (1 - a * a);
      sum -= density > 0 ? density * Math.log(density) * 2 / CELLS : 0;
    }
    return sum;
  }

  private static double centre(int cell) {
    return -1 + (2.0 * cell + 1) / CELLS;
  }

  private static double atanh(double a) {
    return 0.5 * Math.log((1 + a) / (1 - a));
  }
}
