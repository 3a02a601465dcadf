package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** The cause of a number that cannot be learnt from is named, wherever the number appears. */
class UnusableNumbersTest {
  @TempDir private Path folder;

  /** Changes what sub-environment 1 gives in its 41st step. */
  private static VectorEnv changing(String id, Consumer<StepBatch> change) {
    return new VectorWrapper(Envs.make(id, 2)) {
      private int steps;

      @Override
      public void step(double[] actions, StepBatch out) {
        super.step(actions, out);
        steps++;
        if (steps == 41) {
          change.accept(out);
        }
      }
    };
  }

  private static Training training(VectorEnv env, Consumer<PpoConfigBuilder> config) {
    return Training.on(env)
        .config(c -> c.totalTimesteps(1024L).numSteps(64).numMinibatches(2))
        .config(config)
        .build();
  }

  private static void assertFails(Training training, String message) {
    try (training) {
      assertThatExceptionOfType(NonFiniteException.class)
          .isThrownBy(training::run)
          .withMessageContaining(message);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "CartPole-v1, 1e39",
    "CartPole-v1, 3.4e38",
    "Pendulum-v1, 1e200",
    "Pendulum-v1, 1.7e308"
  })
  void hugeNumbersOfAnEnvironmentAreNamed(String id, double huge) {
    String end =
        " at step 82, but must lie between -1.8e19 and 1.8e19, so that a float can represent its square; fix the environment";
    try (VectorEnv env = changing(id, out -> out.rewards[1] = huge)) {
      assertFails(training(env, c -> {}), "the reward of sub-environment 1 is " + huge + end);
    }
    try (VectorEnv env = changing(id, out -> out.observations[out.observationSize()] = -huge)) {
      assertFails(
          training(env, c -> {}),
          "the observation of sub-environment 1 is " + -huge + " at index 0" + end);
    }
  }

  @Test
  void largeRewardsAreNamedWhereALossOverflows() {
    try (VectorEnv env = changing("CartPole-v1", out -> out.rewards[1] = 1e19)) {
      assertFails(
          training(env, c -> c.vfCoef(1e300)),
          "at step 128, but must be finite; rewards reach 1.0e+19: normalise them with normReward");
    }
  }

  @Test
  void largeObservationsAreNamedWhereALossOverflows() {
    try (VectorEnv env = changing("CartPole-v1", out -> out.observations[4] = 1e19)) {
      assertFails(
          training(env, c -> c.vfCoef(1e300)),
          "must be finite; observations reach 1.0e+19: normalise them with normObs");
    }
  }

  /** One step of this size ends beyond what a float's exponential can hold. */
  @Test
  void anOverflowingDeviationIsNamed() {
    try (VectorEnv env = Envs.make("Pendulum-v1", 2)) {
      assertFails(training(env, c -> c.entCoef(1e6).learningRate(100)), "the log deviation is ");
      assertFails(
          training(env, c -> c.entCoef(1e6).learningRate(100)),
          "smaller entCoef, a logStdInit closer to 0 or a lower learningRate");
    }
  }

  @Test
  void aHighLearningRateIsNamed() {
    try (VectorEnv env = Envs.make("CartPole-v1", 2)) {
      assertFails(
          training(env, c -> c.learningRate(1e38).maxGradNorm(Double.POSITIVE_INFINITY)),
          "train again with a lower learningRate");
    }
  }

  @Test
  void observationsOutsideOfTheirBoundsAreReportedOnce() {
    List<Hint> hints = new ArrayList<>();
    try (VectorEnv env = changing("CartPole-v1", out -> out.observations[4] = 7);
        Training training =
            Training.on(env)
                .config(c -> c.totalTimesteps(1024L).numSteps(64).numMinibatches(2))
                .listener(
                    new TrainingListener() {
                      @Override
                      public void hinted(Hint hint) {
                        hints.add(hint);
                      }
                    })
                .build()) {
      training.run();
    }
    assertThat(hints).hasSize(1);
    assertThat(hints.getFirst().sign()).isEqualTo(Sign.OBSERVATION_OUT_OF_BOUNDS);
    assertThat(hints.getFirst().text())
        .startsWith("the observation of sub-environment 1 has 7.0 at index 0 at step 82, outside")
        .endsWith("correct the bounds or clip in the environment");
  }

  /** Hints of a training with normalised observations, one of which changes in step 601. */
  private static List<Hint> hintsOfNormalized(boolean perEnv, double factor) {
    List<Hint> hints = new ArrayList<>();
    VectorEnv env =
        new VectorWrapper(Envs.make("Pendulum-v1", 2)) {
          private int steps;

          @Override
          public void step(double[] actions, StepBatch out) {
            super.step(actions, out);
            steps++;
            int at = out.observationSize() + 2;
            out.observations[at] *= steps == 601 || steps == 900 ? factor : 1;
          }
        };
    try (env;
        Training training =
            Training.on(env)
                .config(
                    c ->
                        c.totalTimesteps(2048L)
                            .numSteps(256)
                            .normObs(true)
                            .normalizerPerEnv(perEnv))
                .listener(
                    new TrainingListener() {
                      @Override
                      public void hinted(Hint hint) {
                        if (hint.sign() == Sign.OBSERVATION_SPIKE) {
                          hints.add(hint);
                        }
                      }
                    })
                .build()) {
      training.run();
    }
    return hints;
  }

  @Test
  void aNumberThatWidensTheRunningDeviationIsReportedOnce() {
    assertThat(hintsOfNormalized(false, 1e15))
        .singleElement()
        .satisfies(
            hint -> {
              assertThat(hint.globalStep()).isEqualTo(1536);
              assertThat(hint.text())
                  .startsWith("number 2 of the observation of sub-environment 1 was ")
                  .contains("E1", ", where its running deviation was ")
                  .endsWith("clip such numbers in the environment");
            });
    assertThat(hintsOfNormalized(false, 1)).isEmpty();
    assertThat(hintsOfNormalized(false, 100)).as("rare, but not blinding").isEmpty();
    assertThat(hintsOfNormalized(false, 1e5)).hasSize(1);
    assertThat(hintsOfNormalized(true, 1e5)).as("too early to know the deviation").isEmpty();
    assertThat(hintsOfNormalized(true, 1e15)).as("early, but beyond doubt").hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void evaluationsRefuseThemToo(double number) {
    try (Training training = training(Envs.make("Pendulum-v1", 2), c -> {});
        TrainedPolicy policy = training.policy()) {
      for (String quantity : List.of("observation", "reward")) {
        try (VectorEnv env =
            changing(
                "Pendulum-v1",
                out -> {
                  double[] numbers = quantity.equals("reward") ? out.rewards : out.observations;
                  numbers[numbers.length / 2] = number;
                })) {
          assertThatExceptionOfType(NonFiniteException.class)
              .isThrownBy(() -> Evaluator.run(env, policy, 2, false, 1))
              .withMessageStartingWith(
                  "the %s of sub-environment 1 is %s%s at step 82 of the evaluation, but",
                  quantity, number, quantity.equals("reward") ? "" : " at index 0");
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"network/parameters", "observations/0/mean", "observations/0/variance"})
  void checkpointsWithNanAreRefused(String array) {
    Path file = folder.resolve("checkpoint.zip");
    try (Training training = training(Envs.make("Pendulum-v1", 2), c -> c.normObs(true))) {
      training.save(file);
    }
    Checkpoint checkpoint = Checkpoint.read(file);
    TrainingState state = checkpoint.state();
    if (array.startsWith("network")) {
      float[] parameters = state.floats(array).clone();
      parameters[3] = Float.NaN;
      state.put(array, parameters);
    } else {
      double[] statistics = state.doubles(array).clone();
      statistics[1] = Double.POSITIVE_INFINITY;
      state.put(array, statistics);
    }
    for (ThrowingCallable use :
        List.<ThrowingCallable>of(
            () -> TrainedPolicy.of(checkpoint).close(),
            () ->
                Training.resume(checkpoint)
                    .environments(n -> Envs.make("Pendulum-v1", n))
                    .build()
                    .close())) {
      assertThatExceptionOfType(NonFiniteException.class)
          .isThrownBy(use)
          .withMessageStartingWith("the checkpoint's ")
          .withMessageContaining("must be finite; resume from an earlier checkpoint");
    }
  }
}
