package org.ppo4j.agent.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.Golden;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * Compares normalisers per environment with CleanRL's wrappers, and shared ones with their
 * definition.
 */
class NormalizerTest {

  /**
   * With gamma 0 the returns are the rewards, all 1. Their variance is (1e-4 + 1e-4) / n after n
   * steps, since the start, of mean 0 and variance 1, weighs 1e-4; 1e-8 is added to it.
   */
  @Test
  void constantRewardsStayFinite() {
    NormalizeConfig config =
        PpoConfig.of(Profile.DEFAULT, box(1))
            .with(c -> c.clipReward(Double.POSITIVE_INFINITY))
            .normalize();
    RewardNormalizer rewards = new RewardNormalizer(config, 0, 1);
    StepBatch batch = new StepBatch(1, 1);
    float[] normalized = new float[1];
    batch.rewards[0] = 1;
    for (int step = 0; step < 40_000; step++) {
      rewards.step(batch, normalized, 0);
    }
    double expected = 1 / Math.sqrt(2e-4 / 40_000 + 1e-8);
    assertThat((double) normalized[0]).isCloseTo(expected, within(1e-3 * expected));
  }

  /** Returns are gamma times the past and the reward: 3, then 0.5 * 3 + 4 = 5.5. */
  @Test
  void runningReturnsAreDiscountedSums() {
    RewardNormalizer rewards =
        new RewardNormalizer(PpoConfig.of(Profile.DEFAULT, box(1)).normalize(), 0.5, 1);
    StepBatch batch = new StepBatch(1, 1);
    batch.rewards[0] = 3;
    rewards.step(batch, new float[1], 0);
    batch.rewards[0] = 4;
    rewards.step(batch, new float[1], 0);
    TrainingState state = new TrainingState();
    rewards.save(state);
    assertThat(state.doubles("rewards/returns")).containsExactly(5.5);
  }

  @Test
  void perEnvironmentDoesWhatCleanRlsWrappersDo() throws IOException {
    Golden golden = Golden.read("normalizers/cleanrl.golden");
    int n = golden.settings().get("envs").asInt();
    int size = golden.settings().get("size").asInt();
    double gamma = golden.settings().get("gamma").asDouble();
    NormalizeConfig config = NormalizeConfig.of(Profile.CLEANRL, true);
    ObservationNormalizer observations = new ObservationNormalizer(box(size), config, n);
    RewardNormalizer rewards = new RewardNormalizer(config, gamma, n);
    StepBatch batch = new StepBatch(n, size);
    float[] features = new float[n * size];
    float[] finalFeatures = new float[n * size];
    float[] normalizedRewards = new float[n];
    for (int step = 0; step <= golden.settings().get("steps").asInt(); step++) {
      int row = step * n;
      System.arraycopy(golden.doubles("observations"), row * size, batch.observations, 0, n * size);
      System.arraycopy(
          golden.doubles("final_observations"), row * size, batch.finalObservations, 0, n * size);
      System.arraycopy(golden.doubles("rewards"), row, batch.rewards, 0, n);
      for (int env = 0; env < n; env++) {
        batch.terminated[env] = golden.doubles("terminated")[row + env] == 1;
        batch.truncated[env] = golden.doubles("truncated")[row + env] == 1;
      }
      if (step == 0) {
        observations.reset(batch, features);
      } else {
        rewards.step(batch, normalizedRewards, 0);
        observations.step(batch, features, finalFeatures);
      }
      for (int i = 0; i < n * size; i++) {
        close(features[i], golden.doubles("normalized_observations")[row * size + i]);
        if (batch.isDone(i / size)) {
          close(finalFeatures[i], golden.doubles("normalized_final_observations")[row * size + i]);
        }
      }
      for (int env = 0; env < n && step > 0; env++) {
        close(normalizedRewards[env], golden.doubles("normalized_rewards")[row + env]);
      }
    }
  }

  /**
   * Statistics of all observations that the policy acted on, with an initial value that weighs 1e-4
   * observations.
   */
  @Test
  void sharedStatisticsAreThoseOfAllEnvironments() {
    int n = 3;
    ObservationNormalizer normalizer =
        new ObservationNormalizer(box(1), NormalizeConfig.of(Profile.DEFAULT, true), n);
    SummaryStatistics expected = new SummaryStatistics();
    Random random = new Random(1);
    StepBatch batch = new StepBatch(n, 1);
    float[] features = new float[n];
    for (int step = 0; step < 500; step++) {
      for (int env = 0; env < n; env++) {
        batch.observations[env] = 5 + 2 * random.nextGaussian();
        batch.finalObservations[env] = 1e6;
        batch.terminated[env] = step % 7 == env;
        expected.addValue(batch.observations[env]);
      }
      normalizer.step(batch, features, new float[n]);
    }
    double mean = expected.getMean();
    double deviation = Math.sqrt(expected.getPopulationVariance());
    for (int env = 0; env < n; env++) {
      double value = (batch.observations[env] - mean) / deviation;
      assertThat((double) features[env]).isCloseTo(value, within(1e-4));
    }
    float[] frozen = new float[1];
    normalizer.frozen().apply(new double[] {mean + deviation}, 1, frozen);
    assertThat((double) frozen[0]).isCloseTo(1, within(1e-4));
    normalizer.frozen().apply(new double[] {mean + 1000 * deviation}, 1, frozen);
    assertThat(frozen[0]).as("clipped").isEqualTo(10);
  }

  /**
   * Two environments, gamma 1/2, rewards (4, 0) then (0, 2), the first truncated at once. Returns
   * are (4, 0), and after the reset of the first (0, 2); each batch's variance is merged in.
   */
  @Test
  void sharedReturnsStartAgainAfterEveryEpisode() {
    RewardNormalizer normalizer =
        new RewardNormalizer(NormalizeConfig.of(Profile.DEFAULT, true), 0.5, 2);
    RunningMeanStd expected = new RunningMeanStd(1);
    StepBatch batch = new StepBatch(2, 1);
    float[] out = new float[2];
    batch.rewards[0] = 4;
    batch.truncated[0] = true;
    normalizer.step(batch, out, 0);
    expected.update(new double[] {4, 0}, 0, 2);
    close(out[0], 4 / Math.sqrt(expected.variance(0) + 1e-8));
    batch.rewards[0] = 0;
    batch.rewards[1] = 2;
    batch.truncated[0] = false;
    normalizer.step(batch, out, 0);
    expected.update(new double[] {0, 2}, 0, 2);
    close(out[1], 2 / Math.sqrt(expected.variance(0) + 1e-8));
  }

  @Test
  void discreteObservationsBecomeOneHot() {
    NormalizeConfig config = NormalizeConfig.of(Profile.DEFAULT, true);
    ObservationNormalizer normalizer =
        new ObservationNormalizer(
            new Space.MultiDiscrete(new int[] {2, 3}, new int[] {0, 5}), config, 2);
    StepBatch batch = new StepBatch(2, 2);
    System.arraycopy(new double[] {1, 5, 0, 7}, 0, batch.observations, 0, 4);
    float[] features = new float[10];
    normalizer.reset(batch, features);
    assertThat(features).containsExactly(0, 1, 1, 0, 0, 1, 0, 0, 0, 1);
  }

  @Test
  void stateGoesThroughACheckpoint() {
    NormalizeConfig config = NormalizeConfig.of(Profile.CLEANRL, true);
    ObservationNormalizer saved = new ObservationNormalizer(box(2), config, 2);
    StepBatch batch = new StepBatch(2, 2);
    System.arraycopy(new double[] {1, 2, 3, 4}, 0, batch.observations, 0, 4);
    saved.reset(batch, new float[4]);
    TrainingState state = new TrainingState();
    saved.save(state);
    ObservationNormalizer restored = new ObservationNormalizer(box(2), config, 2);
    restored.restore(state);
    float[] expected = new float[4];
    float[] actual = new float[4];
    System.arraycopy(new double[] {5, 6, 7, 9}, 0, batch.observations, 0, 4);
    saved.reset(batch, expected);
    restored.reset(batch, actual);
    assertThat(actual).isEqualTo(expected);
  }

  private static Space box(int size) {
    return Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, size, DType.FLOAT64);
  }

  private static void close(double actual, double expected) {
    assertThat(actual).isCloseTo(expected, within(1e-6 * Math.max(1, Math.abs(expected))));
  }
}
