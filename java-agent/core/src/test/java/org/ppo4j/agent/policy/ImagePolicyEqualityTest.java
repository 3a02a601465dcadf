package org.ppo4j.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.Session;

/** {@link Policy} acts on images as the trainer's own policy does, to the bit. */
class ImagePolicyEqualityTest {
  private static final int ROWS = 60;

  @TempDir private Path folder;

  static Stream<ImageCase> cases() {
    return ImageCase.all();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainersPolicy(ImageCase test) {
    Path file = folder.resolve("policy.zip");
    checkpoint(test, test.state()).writePolicy(file);
    Random random = new Random(5);
    double[] observations = test.drawObservations(ROWS, random);
    byte[] masks = test.drawMasks(ROWS, random);
    double[] expected = new double[ROWS * test.actions().size()];
    double[] actual = new double[expected.length];
    try (TrainedPolicy trained = test.policy();
        Policy policy = Policy.load(file)) {
      boolean[] valid = new boolean[masks.length];
      for (int i = 0; i < valid.length; i++) {
        valid[i] = masks[i] == 1;
      }
      double[] seen = test.seen(observations);
      if (policy.remembers()) {
        act(trained, policy, observations, seen, expected, actual);
      } else {
        trained.act(observations, masks, ROWS, expected);
        policy.act(seen, valid, ROWS, actual);
      }
    }
    assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(test.masks() ? 3 : ROWS);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Double.doubleToRawLongBits(actual[i]))
          .as("number %d: %s, but expected %s", i, actual[i], expected[i])
          .isEqualTo(Double.doubleToRawLongBits(expected[i]));
    }
  }

  /** An episode of {@value #ROWS} steps, begun again in the middle. */
  private static void act(
      TrainedPolicy trained,
      Policy policy,
      double[] observations,
      double[] seen,
      double[] expected,
      double[] actual) {
    int size = observations.length / ROWS;
    int actions = expected.length / ROWS;
    PolicySession theirs = trained.session(1);
    Session ours = policy.session();
    double[] action = new double[actions];
    for (int row = 0; row < ROWS; row++) {
      if (row == ROWS / 2) {
        theirs = trained.session(1);
        ours.reset();
      }
      theirs.act(Arrays.copyOfRange(observations, row * size, (row + 1) * size), action);
      System.arraycopy(action, 0, expected, row * actions, actions);
      ours.act(Arrays.copyOfRange(seen, row * size, (row + 1) * size), action);
      System.arraycopy(action, 0, actual, row * actions, actions);
    }
  }

  @Test
  void whatIsNoPixelIsRefused() {
    ImageCase test = new ImageCase("", ImageCase.image(DType.UINT8, 4, 44, 40), c -> {});
    Path file = folder.resolve("policy.zip");
    checkpoint(test, test.state()).writePolicy(file);
    double[] observation = test.drawObservations(1, new Random(3));
    try (Policy policy = Policy.load(file)) {
      for (double wrong : new double[] {256, -1, 0.5, Double.NaN}) {
        observation[41] = wrong;
        assertThatExceptionOfType(IllegalArgumentException.class)
            .isThrownBy(() -> policy.act(observation))
            .withMessageStartingWith("number 41 of the observation is ")
            .withMessageEndingWith(", but it must be an integer from 0 to 255");
      }
    }
  }

  private static Checkpoint checkpoint(ImageCase test, TrainingState state) {
    return new Checkpoint(
        new RunConfig(
            Algorithm.PPO,
            "Test-v0",
            Map.of(),
            RunConfig.Backend.PROGRAM,
            Engine.SIMD,
            null,
            List.of(),
            1,
            Profile.DEFAULT,
            null,
            test.config(),
            null,
            RunConfig.Checkpointing.defaults()),
        test.observations(),
        test.actions(),
        NetworkDescription.of(test.network(), null, test.masks()),
        Map.of(),
        0,
        Provenance.present(),
        state);
  }
}
