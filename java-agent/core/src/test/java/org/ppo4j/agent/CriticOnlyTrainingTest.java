package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;
import org.ppo4j.policy.Policy;

/** Trainings whose critic sees what the policy does not see. */
class CriticOnlyTrainingTest {
  private static final String ID = "ppo4j-test/Luck-v0";

  @TempDir private Path folder;

  /**
   * The reward is a number that only the critic sees, drawn at the start of an episode of four
   * steps; the policy sees the step.
   */
  private static final class Luck extends ArrayDynamics {
    Luck() {
      super(Space.Box.of(-5, 5, 2, DType.FLOAT64), new Space.Discrete(2));
    }

    @Override
    public int criticOnly() {
      return 1;
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = 0;
      state[1] = 2 * random.nextDouble() - 1;
    }

    @Override
    public double step(double[] actions, int offset) {
      state[0]++;
      return state[1];
    }
  }

  private static TrainingBuilder on() {
    if (!Envs.isNative(ID)) {
      Envs.register(ID, 4, kwargs -> new Luck());
    }
    return Training.on(ID).seed(1);
  }

  private static void small(PpoConfigBuilder c, Algorithm algorithm) {
    c.numEnvs(4).numSteps(32).totalTimesteps(1024);
    if (algorithm != Algorithm.A2C) {
      c.numMinibatches(4).updateEpochs(2);
    }
    if (algorithm == Algorithm.PPG) {
      c.nIteration(2);
    }
  }

  @Test
  void theCriticExplainsWhatThePolicyDoesNotSee() {
    double[] explained = {0};
    try (Training training =
        on().config(
                c ->
                    c.numEnvs(4)
                        .numSteps(64)
                        .totalTimesteps(30_000)
                        .numMinibatches(4)
                        .learningRate(3e-3)
                        .gamma(0.9))
            .onIteration(
                (running, iteration) ->
                    explained[0] = iteration.metrics().get("losses/explained_variance"))
            .build()) {
      training.run();
      try (TrainedPolicy policy = training.policy()) {
        double[] action = policy.act(new double[] {1, -5});
        assertThat(policy.act(new double[] {1, 5})).isEqualTo(action);
      }
    }
    assertThat(explained[0]).isGreaterThan(0.9);
  }

  @ParameterizedTest
  @EnumSource(
      value = Algorithm.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"GRPO", "RPO"})
  void aFileHasTheActorAlone(Algorithm algorithm) {
    Path file = folder.resolve("policy.zip");
    try (Training training = on().algorithm(algorithm).config(c -> small(c, algorithm)).build()) {
      training.run();
      training.save(file);
    }
    try (TrainedPolicy trained = TrainedPolicy.load(file);
        Policy policy = Policy.load(file)) {
      assertThat(policy.observationSize()).isEqualTo(1);
      for (double step = 0; step < 4; step++) {
        assertThat(policy.act(new double[] {step}))
            .isEqualTo(trained.act(new double[] {step, 0.7}));
      }
    }
  }

  @Test
  void aResumedTrainingGivesTheSameBytes() {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(on().config(c -> small(c, Algorithm.PPO)), whole);
    train(
        on().config(c -> small(c, Algorithm.PPO))
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);
    SameArrays.assertSame(arrays(resumed), arrays(whole));
  }

  @Test
  void grpoHasNoCritic() {
    TrainingBuilder builder = on().algorithm(Algorithm.GRPO);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessage(
            "grpo has no critic, but ppo4j-test/Luck-v0 has numbers that only critics see; use"
                + " another algorithm");
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }

  private static Map<String, Object> arrays(Path file) {
    return Checkpoint.read(file).state().arrays();
  }
}
