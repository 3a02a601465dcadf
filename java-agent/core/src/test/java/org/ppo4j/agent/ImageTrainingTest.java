package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** Trainings on images of bytes, of which one half is bright; the action is to name it. */
class ImageTrainingTest {
  private static final int HEIGHT = 36;
  private static final int WIDTH = 40;
  private static final String ID = "test/BrightHalf-v0";

  private static final class BrightHalf extends ArrayDynamics {
    BrightHalf() {
      super(
          new Space.Box(
              new double[HEIGHT * WIDTH], filled(255), new int[] {1, HEIGHT, WIDTH}, DType.UINT8),
          new Space.Discrete(2));
    }

    private static double[] filled(double value) {
      double[] numbers = new double[HEIGHT * WIDTH];
      Arrays.fill(numbers, value);
      return numbers;
    }

    @Override
    public void reset(NumpyRandom random) {
      boolean isRight = random.uniform(0, 1) < 0.5;
      for (int i = 0; i < state.length; i++) {
        state[i] = (i % WIDTH >= WIDTH / 2) == isRight ? 200 + i % 50 : i % 30;
      }
    }

    @Override
    public double step(double[] actions, int offset) {
      boolean isRight = state[WIDTH - 1] > 100;
      return (actions[offset] == 1) == isRight ? 1 : 0;
    }
  }

  @BeforeAll
  static void register() {
    Envs.register(ID, 1, kwargs -> new BrightHalf());
  }

  private static TrainingBuilder training(long steps) {
    return Training.on(ID)
        .seed(1)
        .threads(1)
        .config(c -> c.totalTimesteps(steps).numSteps(32).updateEpochs(2).hiddenSizes(List.of(32)));
  }

  /** As {@link #training(long)}, with small convolutions, which are quick. */
  private static TrainingBuilder small(long steps) {
    return training(steps).config(c -> c.cnn(Cnn.parse("8x8s4,16x3s2")));
  }

  private static float[] parameters(Training training) {
    try (TrainedPolicy policy = training.policy()) {
      return policy.network().parameters().clone();
    }
  }

  @Test
  void learnsWhatTheImageShowsAndActsOnRawImages(@TempDir Path folder) {
    Path file = folder.resolve("policy.zip");
    try (Training training = training(6144).build()) {
      training.run();
      assertThat(training.returns().mean()).isGreaterThan(0.8); // 0.5 by chance
      training.save(file);
    }
    try (TrainedPolicy policy = TrainedPolicy.load(file)) {
      BrightHalf half = new BrightHalf();
      NumpyRandom random = new NumpyRandom(3);
      int right = 0;
      for (int i = 0; i < 20; i++) {
        half.reset(random);
        double[] image = half.state();
        right += (int) half.step(policy.act(image), 0);
      }
      assertThat(right).isGreaterThan(17);
      double[] wrong = half.state();
      wrong[7] = 300;
      assertThatThrownBy(() -> policy.act(wrong))
          .hasMessage(
              "pixel 7 of observation 0 is 300.0, but must be an integer from 0 to 255; fix the"
                  + " environment, or use cnn none");
    }
    assertThat(Checkpoint.read(file).run().hyperparameters().network().cnn()).isEqualTo(Cnn.AUTO);
  }

  @Test
  void bytesDoNotDependOnThreadsNorOnAStop(@TempDir Path folder) {
    try (Training one = training(1024).build();
        Training two = training(1024).threads(2).build();
        Training half = training(1024).build()) {
      one.run();
      two.run();
      half.add(
          new org.ppo4j.agent.event.TrainingListener() {
            @Override
            public void iteration(org.ppo4j.agent.event.Iteration iteration) {
              half.stop();
            }
          });
      half.run();
      assertThat(half.globalStep()).isLessThan(1024);
      half.save(folder.resolve("half.zip"));
      try (Training rest = Training.resume(folder.resolve("half.zip")).build()) {
        rest.run();
        assertThat(parameters(rest)).isEqualTo(parameters(one));
      }
      assertThat(parameters(two)).isEqualTo(parameters(one));
    }
  }

  @Test
  void defaultsForImagesAreThoseOfCleanRlsAtariAgent() {
    try (Training training = Training.on(ID).profile(Profile.CLEANRL).build()) {
      var config = training.config().hyperparameters();
      assertThat(config.collect().numEnvs()).isEqualTo(8);
      assertThat(config.collect().numSteps()).isEqualTo(128);
      assertThat(config.loss().clipCoef()).isEqualTo(0.1);
      assertThat(config.totalTimesteps()).isEqualTo(10_000_000);
      assertThat(config.network().hiddenSizes()).containsExactly(512);
      assertThat(config.network().sharedTrunk()).isTrue();
    }
  }

  @Test
  void separateConvolutionsAndAppoTrain() {
    for (Algorithm algorithm : List.of(Algorithm.PPO, Algorithm.APPO)) {
      try (Training training =
          training(256)
              .algorithm(algorithm)
              .config(c -> c.sharedTrunk(false).cnn(Cnn.parse("4x8s4,4x3s2")))
              .build()) {
        training.run();
        assertThat(training.globalStep()).isPositive();
      }
    }
  }

  /** Whatever the order of the parts, small ones are numbers. */
  @Test
  void aSmallPartBeforeAnImageIsNotTakenForOne() {
    Space image = box(255, DType.UINT8, 84, 84, 3);
    List<Space> small =
        List.of(
            box(1, DType.FLOAT32, 5, 5),
            box(255, DType.UINT8, 7, 7, 3),
            box(1, DType.FLOAT32, 4, 4, 2));
    for (Space part : small) {
      for (Space space : List.of(new Space.Tuple(part, image), new Space.Tuple(image, part))) {
        EnvSpec env = new EnvSpec("", space, new Space.Discrete(2), 0, Map.of(), Map.of());
        NetworkSpec spec =
            PolicyNetwork.spec(env, PpoConfig.of(Algorithm.PPO, Profile.DEFAULT, env));
        assertThat(spec.images()).hasSize(1);
        assertThat(spec.inputs()).isEqualTo(part.size());
      }
    }
  }

  private static Space box(double high, DType dtype, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] highs = new double[size];
    Arrays.fill(highs, high);
    return new Space.Box(new double[size], highs, shape, dtype);
  }

  @Test
  void aReferenceSeesTheImagesToo(@TempDir Path folder) {
    Path file = folder.resolve("reference.zip");
    try (Training training = small(1024).build()) {
      training.run();
      training.save(file);
    }
    List<Double> free = divergences(file, 0);
    List<Double> held = divergences(file, 5);

    assertThat(free.getFirst()).isZero();
    assertThat(free.getLast()).isGreaterThan(0.1);
    assertThat(held.getLast()).isBetween(-0.01, free.getLast() / 2); // an estimate from samples
  }

  /** Returns the divergence from the policy of {@code file} in each rollout. */
  private static List<Double> divergences(Path file, double klCoef) {
    List<Double> divergences = new ArrayList<>();
    try (Training training =
        small(2048)
            .reference(Checkpoint.read(file))
            .seed(2)
            .config(c -> c.learningRate(0.003).klCoef(klCoef))
            .onIteration((t, each) -> divergences.add(each.metrics().get("losses/reference_kl")))
            .build()) {
      training.run();
    }
    return divergences;
  }

  /** Two phases of two rollouts each, the second of which is stopped in its middle. */
  @Test
  void ppgKeepsTheImagesOfItsPhases(@TempDir Path folder) {
    try (Training one = phasic().build();
        Training half =
            phasic()
                .threads(2)
                .onIteration(
                    (training, iteration) -> {
                      if (iteration.number() == 3) {
                        training.stop();
                      }
                    })
                .build()) {
      one.run();
      half.run();
      assertThat(half.globalStep()).isEqualTo(3 * 128);
      half.save(folder.resolve("half.zip"));
      try (Training rest = Training.resume(folder.resolve("half.zip")).build()) {
        rest.run();
        assertThat(rest.globalStep()).isEqualTo(4 * 128);
        assertThat(parameters(rest)).isEqualTo(parameters(one));
        rest.save(folder.resolve("end.zip"));
      }
      TrainingState end = Checkpoint.read(folder.resolve("end.zip")).state();
      assertThat(end.has("auxiliary/images/0/places")).isTrue();
      assertThat(end.has("auxiliary/images/0/frames/0")).as("a phase that has ended").isFalse();
    }
  }

  private static TrainingBuilder phasic() {
    return small(4 * 128)
        .algorithm(Algorithm.PPG)
        .config(c -> c.numEnvs(4).nIteration(2).eAuxiliary(2));
  }

  @Test
  void ppgLearnsWhatTheImageShows() {
    try (Training training =
        small(6144).algorithm(Algorithm.PPG).config(c -> c.nIteration(4).eAuxiliary(3)).build()) {
      training.run();
      assertThat(training.returns().mean()).isGreaterThan(0.8); // 0.5 by chance
    }
  }

  @Test
  void refusesInASentence() {
    assertThatThrownBy(() -> training(256).config(c -> c.cnn(Cnn.parse("8x64s1"))).build())
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("36 x 40 pixels reach its kernels of 64 x 64");
    assertThatThrownBy(() -> Training.on("CartPole-v1").config(c -> c.cnn(Cnn.NATURE)).build())
        .hasMessageContaining("cnn nature needs observations that are an image");
    assertThatThrownBy(() -> training(256).algorithm(Algorithm.TRPO).build())
        .hasMessage("trpo does not train convolutions; make cnn none, or use another algorithm");
  }
}
