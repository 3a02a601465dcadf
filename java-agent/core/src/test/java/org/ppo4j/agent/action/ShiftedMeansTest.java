package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;

/**
 * CleanRL's {@code rpo_continuous_action.py}: {@code Normal(mean + U(-alpha, alpha), std)} in
 * updates.
 */
class ShiftedMeansTest {
  private static final int ROWS = 400;
  private static final float[] PARAMETERS = {-0.5f, 0.25f};
  private static final double ALPHA = 0.5;

  private final float[] means = new float[ROWS * 2];
  private final float[] actions = new float[ROWS * 2];
  private final float[] logProbs = new float[ROWS];
  private final float[] entropies = new float[ROWS];

  ShiftedMeansTest() {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (2 * random.nextDouble() - 1);
      actions[i] = (float) (means[i] + random.nextDouble());
    }
  }

  @Test
  void isTheDistributionAtMeansShiftedByTheGenerator() {
    ShiftedMeans shifted = new ShiftedMeans(new DiagonalGaussian(2, 0), ALPHA, generator());
    evaluate(shifted, means);
    float[] gradients = new float[2];
    float[] outputGradients = gradients(shifted, gradients);

    UniformRandomProvider same = generator();
    float[] moved = new float[means.length];
    double least = 0;
    double most = 0;
    for (int i = 0; i < means.length; i++) {
      double shift = ALPHA * (2 * same.nextDouble() - 1);
      least = Math.min(least, shift);
      most = Math.max(most, shift);
      moved[i] = (float) (means[i] + shift);
    }
    float[] found = logProbs.clone();
    DiagonalGaussian plain = new DiagonalGaussian(2, 0);
    evaluate(plain, moved);

    assertThat(found).isEqualTo(logProbs);
    float[] plainGradients = new float[2];
    assertThat(outputGradients).isEqualTo(gradients(plain, plainGradients));
    assertThat(gradients).isEqualTo(plainGradients);
    assertThat(least).isBetween(-ALPHA, -0.95 * ALPHA);
    assertThat(most).isBetween(0.95 * ALPHA, ALPHA);
  }

  @Test
  void eachEvaluationShiftsAnewAndTheMeansStay() {
    ShiftedMeans shifted = new ShiftedMeans(new DiagonalGaussian(2, 0), ALPHA, generator());
    float[] before = means.clone();
    evaluate(shifted, means);
    float[] first = logProbs.clone();
    evaluate(shifted, means);

    assertThat(logProbs).isNotEqualTo(first);
    assertThat(means).isEqualTo(before);
  }

  @Test
  void withoutABoundItIsTheDistributionItself() {
    evaluate(new ShiftedMeans(new DiagonalGaussian(2, 0), 0, generator()), means);
    float[] found = logProbs.clone();
    evaluate(new DiagonalGaussian(2, 0), means);

    assertThat(found).isEqualTo(logProbs);
  }

  private static UniformRandomProvider generator() {
    return RandomSource.XO_SHI_RO_256_PP.create(7);
  }

  private void evaluate(ActionDistribution distribution, float[] outputs) {
    distribution.evaluate(outputs, ROWS, PARAMETERS, actions, logProbs, entropies);
  }

  private static float[] gradients(ActionDistribution distribution, float[] gradients) {
    float[] byLogProb = new float[ROWS];
    Arrays.fill(byLogProb, 0.5f);
    float[] outputGradients = new float[ROWS * 2];
    distribution.gradients(byLogProb, -0.01f, outputGradients, gradients);
    return outputGradients;
  }
}
