package org.ppo4j.agent.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Samples follow the distribution whose log probabilities are computed; modes are most probable.
 */
class ActionDistributionTest {
  private static final ActionConfig SQUASH =
      new ActionConfig(ActionHead.GAUSSIAN, ActionBounds.SQUASH, -1);
  private static final ActionConfig STATE_DEPENDENT =
      new ActionConfig(ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.CLIP, -1);
  private static final Space BOX = Space.Box.of(-1, 1, 2, DType.FLOAT32);

  private static final int ROWS = 20_000;

  private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(7);

  @Test
  void categoricalSamplesFollowTheLogits() {
    Space space = new Space.MultiDiscrete(3, 2);
    ActionDistribution distribution = ActionDistribution.of(space, ActionConfig.DEFAULT, 0, 0);
    float[] row = {0.5f, -1, 2, 0, -0.7f};
    float[] actions = sample(distribution, row, new float[0]);
    double[] first = softmax(0.5, -1, 2);
    double[] second = softmax(0, -0.7);
    long[] firstCounts = new long[3];
    long[] secondCounts = new long[2];
    for (int i = 0; i < ROWS; i++) {
      firstCounts[(int) actions[2 * i]]++;
      secondCounts[(int) actions[2 * i + 1]]++;
    }
    assertThat(new ChiSquareTest().chiSquareTest(first, firstCounts)).isGreaterThan(1e-3);
    assertThat(new ChiSquareTest().chiSquareTest(second, secondCounts)).isGreaterThan(1e-3);

    float[] mode = new float[2];
    distribution.mode(row, 1, mode);
    assertThat(mode).containsExactly(2, 0);
  }

  @Test
  void bernoulliSamplesFollowTheLogits() {
    ActionDistribution distribution =
        ActionDistribution.of(new Space.MultiBinary(2), ActionConfig.DEFAULT, 0, 0);
    float[] row = {1, -2};
    float[] actions = sample(distribution, row, new float[0]);
    for (int component = 0; component < 2; component++) {
      double one = 1 / (1 + Math.exp(-row[component]));
      long[] counts = new long[2];
      for (int i = 0; i < ROWS; i++) {
        counts[(int) actions[2 * i + component]]++;
      }
      assertThat(new ChiSquareTest().chiSquareTest(new double[] {1 - one, one}, counts))
          .isGreaterThan(1e-3);
    }
    float[] mode = new float[2];
    distribution.mode(row, 1, mode);
    assertThat(mode).containsExactly(1, 0);
  }

  @Test
  void gaussianSamplesFollowMeanAndDeviation() {
    Space space = Space.Box.of(-1, 1, 2, DType.FLOAT32);
    ActionDistribution distribution = ActionDistribution.of(space, ActionConfig.DEFAULT, 1, 0);
    float[] row = {3, -4};
    float[] parameters = {99, -1, 0.5f};
    float[] actions = sample(distribution, row, parameters);
    for (int component = 0; component < 2; component++) {
      double[] standardized = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double std = Math.exp(parameters[1 + component]);
        standardized[i] = (actions[2 * i + component] - row[component]) / std;
      }
      double p =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new org.apache.commons.math3.distribution.NormalDistribution(0, 1), standardized);
      assertThat(p).isGreaterThan(1e-3);
    }
    float[] mode = new float[2];
    distribution.mode(row, 1, mode);
    assertThat(mode).containsExactly(3, -4);
  }

  /** Deviations are the actor's outputs; the last is limited to e^2. */
  @Test
  void stateDependentSamplesFollowMeanAndDeviation() {
    ActionDistribution distribution = ActionDistribution.of(BOX, STATE_DEPENDENT, 0, 0);
    float[] row = {3, -4, -1, 7};
    float[] actions = sample(distribution, row, new float[0]);
    for (int component = 0; component < 2; component++) {
      double[] standardized = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double std = Math.exp(component == 0 ? -1 : 2);
        standardized[i] = (actions[2 * i + component] - row[component]) / std;
      }
      double p =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new org.apache.commons.math3.distribution.NormalDistribution(0, 1), standardized);
      assertThat(p).isGreaterThan(1e-3);
    }
    float[] modes = new float[4];
    distribution.mode(new float[] {3, -4, -1, 7, 5, 6, 0, 0}, 2, modes);
    assertThat(modes).containsExactly(3, -4, 5, 6);
  }

  /** A shift by less than alpha moves the means and leaves the deviations as they are. */
  @Test
  void onlyMeansAreShifted() {
    ActionDistribution plain = ActionDistribution.of(BOX, STATE_DEPENDENT, 0, 0);
    ActionDistribution shifted = new ShiftedMeans(plain, 0.5, random);
    float[] outputs = {3, -4, -1, 0.5f};
    float[] entropy = new float[1];
    float[] shiftedEntropy = new float[1];
    float[] divergence = new float[1];
    plain.evaluate(outputs, 1, new float[0], new float[] {3, -4}, new float[1], entropy);
    shifted.evaluate(outputs, 1, new float[0], new float[] {3, -4}, new float[1], shiftedEntropy);
    shifted.kl(outputs, new float[0], divergence);
    assertThat(shiftedEntropy).isEqualTo(entropy);
    assertThat(divergence[0]).isBetween(1e-4f, (float) (0.125 * (Math.exp(2) + Math.exp(-1))));
    assertThat(shifted.outputSize()).isEqualTo(4);
  }

  @Test
  void probabilitiesOfAllChoicesSumToOne() {
    ActionDistribution distribution =
        ActionDistribution.of(new Space.MultiDiscrete(3, 2), ActionConfig.DEFAULT, 0, 0);
    float[] outputs = new float[6 * 5];
    float[] actions = new float[6 * 2];
    for (int i = 0; i < 6; i++) {
      System.arraycopy(new float[] {80, -90, 81, 0, -0.7f}, 0, outputs, i * 5, 5);
      actions[2 * i] = Math.floorDiv(i, 2);
      actions[2 * i + 1] = i % 2;
    }
    float[] logProbs = new float[6];
    distribution.evaluate(outputs, 6, new float[0], actions, logProbs, new float[6]);
    double sum = 0;
    for (float logProb : logProbs) {
      sum += Math.exp(logProb);
    }
    assertThat(sum).isCloseTo(1, within(1e-6));
  }

  /** A draw follows the generator it is given, also one that was not given before. */
  @Test
  void gaussianSamplesFollowTheGenerator() {
    ActionDistribution distribution =
        ActionDistribution.of(Space.Box.of(-1, 1, 1, DType.FLOAT32), ActionConfig.DEFAULT, 0, 0);
    float[][] draws = new float[4][1];
    long[] seeds = {1, 2, 1, 1};
    UniformRandomProvider generator = RandomSource.XO_SHI_RO_256_PP.create(seeds[0]);
    for (int i = 0; i < 4; i++) {
      if (i > 0) {
        generator = RandomSource.XO_SHI_RO_256_PP.create(seeds[i]);
      }
      distribution.sample(new float[1], 1, new float[1], generator, draws[i]);
    }
    assertThat(draws[1]).isNotEqualTo(draws[0]);
    assertThat(draws[2]).isEqualTo(draws[0]);
    assertThat(draws[3]).isEqualTo(draws[0]);
  }

  /** Of equal choices the first is taken; modes of several rows are each row's. */
  @Test
  void modesOfManyRows() {
    float[] logits = {0, 0, 0, 0, 1, 0, 3, 2, 2, 1, 1, 0, 0, 0, 5};
    float[] actions = new float[6];
    ActionDistribution.of(new Space.MultiDiscrete(3, 2), ActionConfig.DEFAULT, 0, 0)
        .mode(logits, 3, actions);
    assertThat(actions).containsExactly(0, 1, 1, 0, 0, 1);
    float[] bits = new float[4];
    ActionDistribution.of(new Space.MultiBinary(2), ActionConfig.DEFAULT, 0, 0)
        .mode(new float[] {0, -1, 1, 2}, 2, bits);
    assertThat(bits).containsExactly(0, 0, 1, 1);
  }

  /** log sigma(z) is -log(1 + exp(-z)): of 0 it is -log 2, of -800 it is -800, of 800 it is 0. */
  @Test
  void logProbabilitiesOfBitsStayFiniteFarOut() {
    ActionDistribution distribution =
        ActionDistribution.of(new Space.MultiBinary(1), ActionConfig.DEFAULT, 0, 0);
    float[] logProbs = new float[4];
    float[] entropies = new float[4];
    distribution.evaluate(
        new float[] {0, -800, 800, -800},
        4,
        new float[0],
        new float[] {1, 1, 1, 0},
        logProbs,
        entropies);
    assertThat(logProbs).containsExactly((float) -Math.log(2), -800, 0, 0);
    assertThat(entropies).containsExactly((float) Math.log(2), 0, 0, 0);
  }

  @Test
  void outputsAndDeviationsFitTheSpace() {
    Space box = Space.Box.of(-1, 1, 3, DType.FLOAT32);
    assertThat(ActionDistribution.outputs(new Space.Discrete(4), ActionConfig.DEFAULT, 0))
        .isEqualTo(4);
    assertThat(ActionDistribution.outputs(new Space.MultiDiscrete(3, 2), ActionConfig.DEFAULT, 0))
        .isEqualTo(5);
    assertThat(ActionDistribution.outputs(new Space.MultiBinary(3), ActionConfig.DEFAULT, 0))
        .isEqualTo(3);
    assertThat(ActionDistribution.outputs(box, ActionConfig.DEFAULT, 0)).isEqualTo(3);
    assertThat(ActionDistribution.logStdSize(box, ActionConfig.DEFAULT, 0)).isEqualTo(3);
    assertThat(ActionDistribution.outputs(box, STATE_DEPENDENT, 0)).isEqualTo(6);
    assertThat(ActionDistribution.logStdSize(box, STATE_DEPENDENT, 0)).isZero();
    assertThat(ActionDistribution.logStdSize(new Space.Discrete(4), ActionConfig.DEFAULT, 0))
        .isZero();
    assertThat(ActionDistribution.of(box, SQUASH, 0, 0).actionSize()).isEqualTo(3);
    assertThat(ActionDistribution.of(box, ActionConfig.DEFAULT, 0, 0).actionSize()).isEqualTo(3);
  }

  /** The greatest number below 1 is the last choice, whatever the probabilities' rounding. */
  @Test
  void theLastChoiceTakesWhatRoundingLeaves() {
    for (int n = 2; n <= 100; n++) {
      float[] action = new float[1];
      ActionDistribution.of(new Space.Discrete(n), ActionConfig.DEFAULT, 0, 0)
          .sample(new float[n], 1, new float[0], () -> -1L, action);
      assertThat(action[0]).as("of %d", n).isEqualTo(n - 1);
    }
  }

  /** Of two equal choices the first has the numbers in [0, 1/2), the second those in [1/2, 1). */
  @Test
  void aHalfBelongsToTheSecondHalf() {
    UniformRandomProvider half = () -> Long.MIN_VALUE;
    assertThat(half.nextDouble()).isEqualTo(0.5);
    float[] action = new float[1];
    ActionDistribution.of(new Space.Discrete(2), ActionConfig.DEFAULT, 0, 0)
        .sample(new float[2], 1, new float[0], half, action);
    assertThat(action[0]).isEqualTo(1);
    ActionDistribution.of(new Space.MultiBinary(1), ActionConfig.DEFAULT, 0, 0)
        .sample(new float[1], 1, new float[0], half, action);
    assertThat(action[0]).as("a bit is one below the probability of one, 1/2").isZero();
  }

  /** a = mu + sigma z, with z from the sampler over the same generator. */
  @Test
  void gaussianSamplesAreMeanPlusDeviationTimesNormal() {
    double z =
        ZigguratSampler.NormalizedGaussian.of(RandomSource.XO_SHI_RO_256_PP.create(3L)).sample();
    float[] action = new float[1];
    ActionDistribution.of(Space.Box.of(-1, 1, 1, DType.FLOAT32), ActionConfig.DEFAULT, 0, 0)
        .sample(
            new float[] {0.25f},
            1,
            new float[] {(float) Math.log(2)},
            RandomSource.XO_SHI_RO_256_PP.create(3L),
            action);
    assertThat((double) action[0]).isCloseTo(0.25 + 2 * z, within(1e-6));
  }

  private float[] sample(ActionDistribution distribution, float[] row, float[] parameters) {
    float[] outputs = new float[ROWS * row.length];
    for (int i = 0; i < ROWS; i++) {
      System.arraycopy(row, 0, outputs, i * row.length, row.length);
    }
    float[] actions = new float[ROWS * distribution.actionSize()];
    distribution.sample(outputs, ROWS, parameters, random, actions);
    return actions;
  }

  private static double[] softmax(double... logits) {
    double sum = 0;
    for (double logit : logits) {
      sum += Math.exp(logit);
    }
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      probabilities[i] = Math.exp(logits[i]) / sum;
    }
    return probabilities;
  }
}
