package org.ppo4j.agent.normalize;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

class FeatureTransformTest {

  /** The same rows in any number at once; an encoded choice does not stay for the next rows. */
  @Test
  void everyRowIsEncodedAlone() {
    FeatureTransform transform =
        transform(new Space.MultiDiscrete(new int[] {2, 3}, new int[] {0, 5}));
    assertThat(transform.features()).isEqualTo(5);
    float[] two = new float[10];
    transform.apply(new double[] {1, 7, 0, 5}, 2, two);
    assertThat(two).containsExactly(0, 1, 0, 0, 1, 1, 0, 1, 0, 0);
    float[] three = new float[15];
    transform.apply(new double[] {0, 6, 1, 5, 0, 7}, 3, three);
    assertThat(three).containsExactly(1, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1);
    float[] one = new float[5];
    transform.apply(new double[] {1, 6}, 1, one);
    assertThat(one).containsExactly(0, 1, 0, 1, 0);
    assertThat(transform.statistics()).isNull();
  }

  @Test
  void oneChoiceIsCountedFromItsStart() {
    FeatureTransform transform = transform(new Space.Discrete(3, -1));
    float[] features = new float[6];
    transform.apply(new double[] {-1, 1}, 2, features);
    assertThat(features).containsExactly(1, 0, 0, 0, 0, 1);
  }

  @Test
  void zerosAndOnesStayAsTheyAre() {
    FeatureTransform transform = transform(new Space.MultiBinary(3));
    float[] features = new float[3];
    transform.apply(new double[] {1, 0, 1}, 1, features);
    assertThat(features).containsExactly(1, 0, 1);
  }

  @Test
  void numbersAreNormalizedByTheStatisticsAndClipped() {
    Space space = Space.Box.of(-9, 9, 2, DType.FLOAT32);
    PpoConfig config = PpoConfig.of(Profile.DEFAULT, space).with(c -> c.clipObs(1.5));
    ObservationNormalizer normalizer = new ObservationNormalizer(space, config.normalize(), 2);
    StepBatch batch = new StepBatch(2, 2);
    // Means 2 and 0, deviations 1 and 3, but for the start that weighs 1e-4.
    System.arraycopy(new double[] {1, 3, 3, -3}, 0, batch.observations, 0, 4);
    normalizer.reset(batch, new float[4]);

    FeatureTransform transform = normalizer.frozen();

    assertThat(transform.clip()).isEqualTo(1.5);
    assertThat(transform.statistics()).isNotNull();
    float[] features = new float[6];
    transform.apply(new double[] {2, 0, 3, 3, 9, -9}, 3, features);
    float[] expected = {0, 0, 1, 1, 1.5f, -1.5f};
    for (int i = 0; i < expected.length; i++) {
      assertThat(features[i]).isBetween(expected[i] - 1e-3f, expected[i] + 1e-3f);
    }
    assertThat(features[4]).isEqualTo(1.5f);
    assertThat(features[5]).isEqualTo(-1.5f);
  }

  /** Three statistics of two numbers each: 1 to 6 have the mean 3.5 and the variance 35/12. */
  @Test
  void statisticsOfAllEnvironmentsArePooledAndSavedForThePolicy() {
    Space space = Space.Box.of(-9, 9, 1, DType.FLOAT32);
    ObservationNormalizer normalizer =
        new ObservationNormalizer(space, PpoConfig.of(Profile.CLEANRL, space).normalize(), 3);
    StepBatch batch = new StepBatch(3, 1);
    for (int step = 0; step < 2; step++) {
      for (int env = 0; env < 3; env++) {
        batch.observations[env] = 1 + 2 * env + step;
      }
      normalizer.reset(batch, new float[3]);
    }
    TrainingState state = new TrainingState();
    normalizer.save(state);
    // The start, which weighs 1e-4, moves them by less than 1e-3.
    assertThat(state.doubles("policy/observation_mean")[0]).isBetween(3.499, 3.501);
    assertThat(state.doubles("policy/observation_variance")[0])
        .isBetween(35 / 12.0 - 1e-3, 35 / 12.0 + 1e-3);
  }

  @Test
  void withoutNormalisationNothingIsCountedPerEnvironmentEither() {
    Space space = Space.Box.of(-9, 9, 1, DType.FLOAT32);
    PpoConfig config = PpoConfig.of(Profile.CLEANRL, space).with(c -> c.normObs(false));
    ObservationNormalizer normalizer = new ObservationNormalizer(space, config.normalize(), 1);
    StepBatch batch = new StepBatch(1, 1);
    batch.observations[0] = 7;
    batch.finalObservations[0] = 8;
    batch.terminated[0] = true;
    float[] features = new float[1];
    float[] finalFeatures = new float[1];
    normalizer.reset(batch, features);
    normalizer.step(batch, features, finalFeatures);
    assertThat(features).containsExactly(7);
    assertThat(finalFeatures).containsExactly(8);
  }

  private static FeatureTransform transform(Space space) {
    return new ObservationNormalizer(space, PpoConfig.of(Profile.DEFAULT, space).normalize(), 1)
        .frozen();
  }
}
