package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** Masks of actions from Python, whose environment refuses invalid actions, and mixed actions. */
@Tag("python")
class PythonMasksTest {
  @TempDir private Path folder;

  /** Every kind of space, and every source of masks for choices and bits beside numbers. */
  static Stream<Arguments> sources() {
    Stream<Arguments> spaces =
        Stream.of("discrete", "multi_discrete", "multi_binary", "discrete_dict")
            .map(space -> Arguments.of(ActionMasks.INFO, space));
    Stream<Arguments> mixed =
        Stream.of(ActionMasks.INFO, ActionMasks.METHOD, ActionMasks.OBSERVATION)
            .map(masks -> Arguments.of(masks, "mixed"));
    return Stream.concat(spaces, mixed);
  }

  private static PythonEnvConfig config(ActionMasks masks, Map<String, Object> kwargs) {
    return TestWorkers.config("Masked", 3).withWorkers(2).withKwargs(kwargs).withActionMasks(masks);
  }

  private static String source(ActionMasks masks) {
    return switch (masks) {
      case AUTO, NONE -> "";
      case INFO -> "info";
      case METHOD -> "method";
      case OBSERVATION -> "observation";
    };
  }

  @ParameterizedTest
  @MethodSource("sources")
  void trainsWithValidActionsOnly(ActionMasks masks, String space) {
    Path file = folder.resolve("policy.zip");
    PythonEnvConfig config = config(masks, Map.of("space", space, "source", source(masks)));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      assertThat(env.spec().masksActions()).isTrue();
      assertThat(env.spec().observationSpace().size()).isEqualTo(1);
      try (Training training =
          Training.on(env)
              .config(
                  c ->
                      c.numSteps(32)
                          .totalTimesteps(400)
                          .numMinibatches(4)
                          .updateEpochs(2)
                          .learningRate(0.1))
              .build()) {
        training.run();
        training.save(file);
      }
      try (TrainedPolicy policy = TrainedPolicy.load(file)) {
        Evaluator.run(env, policy, 9, true, 1);
        Evaluator.run(env, policy, 9, false, 1);
      }
    }
  }

  @Test
  void masksArriveWithSingleResets() {
    PythonEnvConfig config = config(ActionMasks.INFO, Map.of("source", "info"));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      assertThat(batch.actionMasks).containsExactly(0, 1, 1, 0, 1, 1, 0, 1, 1);
      env.step(new double[] {0, 0, 1}, batch);
      assertThat(batch.actionMasks).containsExactly(1, 0, 1, 1, 0, 1, 1, 0, 1);
      env.reset(new long[] {-1, -1, 5}, batch);
      assertThat(batch.actionMasks).containsExactly(1, 0, 1, 1, 0, 1, 0, 1, 1);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "missing|an info without action_mask at step 2 of episode 1, but its masks of actions are"
            + " there in every reset and step",
        "length|a mask of 2 actions at step 2 of episode 1, but actions Discrete(3, start=-1) need"
            + " 3 flags",
        "values|a mask of actions with 2 at step 2 of episode 1, but its flags must be 0 or 1, or"
            + " booleans",
        "none|a mask of actions that is None at step 2 of episode 1, but it must be an array of"
            + " booleans, 0 or 1"
      })
  void aWrongMaskIsNamed(String fault, String sentence) {
    PythonEnvConfig config = config(ActionMasks.INFO, Map.of("source", "info", "fault", fault));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[] {0, 0, 0}, batch);
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[] {1, 1, 1}, batch))
          .withMessageContaining(sentence)
          .withMessageContaining("fix the environment");
    }
  }

  @Test
  void aMaskWithoutValidActionsEndsTheTraining() {
    PythonEnvConfig config = config(ActionMasks.INFO, Map.of("source", "info", "fault", "empty"));
    try (VectorEnv env = PythonVectorEnv.open(config);
        Training training = Training.on(env).config(c -> c.numSteps(8)).build()) {
      assertThatExceptionOfType(NonFiniteException.class)
          .isThrownBy(training::run)
          .withMessageStartingWith("the mask of sub-environment 0 has no valid action at step 6");
    }
  }

  @Test
  void masksThatAreNotThereAreRefused() {
    assertThatExceptionOfType(PythonException.class)
        .isThrownBy(
            () ->
                PythonVectorEnv.open(
                    TestWorkers.gymnasium("CartPole-v1", 1).withActionMasks(ActionMasks.METHOD)))
        .withMessageContaining(
            "--action-masks method needs an environment with the method action_masks(), which"
                + " CartPole-v1 and its wrappers do not have");
  }

  /** The best return is 8, that of random actions about 2.6. */
  @Test
  void learnsATaskThatNeedsBothPartsOfAnAction() {
    Path file = folder.resolve("policy.zip");
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Aim", 4))) {
      assertThat(env.spec().actionSpace())
          .hasToString("Tuple(Discrete(2), Box(-1.0, 1.0, (1,), float32))");
      try (Training training =
          Training.on(env)
              .seed(1)
              .config(
                  c ->
                      c.numSteps(128)
                          .totalTimesteps(60_000)
                          .numMinibatches(4)
                          .updateEpochs(10)
                          .learningRate(1e-3)
                          .gamma(0.1))
              .build()) {
        training.run();
        training.save(file);
      }
      try (TrainedPolicy policy = TrainedPolicy.load(file)) {
        EvaluationResult result = Evaluator.run(env, policy, 100, false, 5);
        assertThat(result.meanReturn()).isGreaterThan(7);
      }
    }
  }

  /** A standard normal number is rounded to 0 in 38 of 100 cases, and cut off to it in 68. */
  @Test
  void boxesOfIntegersBesideFloatsAreRounded() {
    List<Double> given = new ArrayList<>();
    PythonEnvConfig config = TestWorkers.config("Echo", 2).withKwargs(Map.of("space", "boxes"));
    try (VectorEnv env = PythonVectorEnv.open(config);
        VectorEnv watched =
            new VectorWrapper(env) {
              @Override
              public void step(double[] actions, StepBatch out) {
                super.step(actions, out);
                for (int i = 0; i < 2; i++) {
                  given.add(out.observations[4 * i]);
                  given.add(out.observations[4 * i + 1]);
                }
              }
            };
        Training training =
            Training.on(watched).config(c -> c.totalTimesteps(256).numSteps(64)).build()) {
      training.run();
    }
    assertThat(given).hasSize(512).containsOnly(-1.0, 0.0, 1.0);
    assertThat(given.stream().filter(each -> each == 0)).hasSizeBetween(154, 235);
  }

  @Test
  void aPartIsForTheCriticAlone() {
    PythonEnvConfig config =
        TestWorkers.config("View", 2)
            .withKwargs(Map.of("ppo4j.wrappers", Map.of("critic_observation", "where")));
    try (VectorEnv env = PythonVectorEnv.open(config);
        Training training = ofTwoRollouts(env).build()) {
      assertThat(env.spec().criticOnly()).isEqualTo(2);
      assertThat(env.spec().parts())
          .containsExactly("observation kind[3]", "observation view[5280]", "observation where[2]");
      training.run();
    }
  }

  /** They stay bytes; as numbers, they would be learnt from in the same way. */
  @Test
  void imagesOfADictPassThroughConvolutions() {
    float[] fromNumbers;
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("View", 2))) {
      fromNumbers = trainOnImages(new WithoutBytes(env));
    }
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("View", 2))) {
      assertThat(env.givesBytes()).isTrue();
      assertThat(trainOnImages(env)).isEqualTo(fromNumbers);
    }
  }

  @Test
  void aReferenceSeesTheSameBytes() {
    Path file = folder.resolve("reference.zip");
    List<Double> fromNumbers;
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("View", 2))) {
      try (Training training = ofTwoRollouts(env).build()) {
        training.run();
        training.save(file);
      }
      fromNumbers = divergences(new WithoutBytes(env), file);
    }
    AtomicBoolean bytes = new AtomicBoolean();
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("View", 2))) {
      VectorEnv watched =
          new VectorWrapper(env) {
            @Override
            public void step(double[] actions, StepBatch out) {
              bytes.set(out.hasBytes());
              super.step(actions, out);
            }
          };
      assertThat(divergences(watched, file)).isEqualTo(fromNumbers);
    }
    assertThat(bytes).isTrue();
    assertThat(fromNumbers.getFirst()).isZero();
    assertThat(fromNumbers.getLast()).isNotZero();
  }

  /** Returns the divergence from the policy of {@code file} in each rollout. */
  private static List<Double> divergences(VectorEnv env, Path file) {
    List<Double> divergences = new ArrayList<>();
    try (Training training =
        Training.on(env)
            .reference(Checkpoint.read(file))
            .onIteration((t, each) -> divergences.add(each.metrics().get("losses/reference_kl")))
            .build()) {
      training.run();
    }
    return divergences;
  }

  private static TrainingBuilder ofTwoRollouts(VectorEnv env) {
    return Training.on(env)
        .config(
            c ->
                c.numSteps(8)
                    .totalTimesteps(32)
                    .numMinibatches(2)
                    .updateEpochs(1)
                    .hiddenSizes(List.of(8)));
  }

  private static float[] trainOnImages(VectorEnv env) {
    try (Training training = ofTwoRollouts(env).build()) {
      training.run();
      try (TrainedPolicy policy = training.policy()) {
        assertThat(policy.network().shape().imageBytes()).isEqualTo(40 * 44 * 3);
        // The 3 choices and the 2 numbers join the 64 maps of the smallest image, 1 x 2.
        assertThat(policy.network().shape().inputs()).isEqualTo(5);
        return policy.network().parameters().clone();
      }
    }
  }

  /** Has batches of numbers only. */
  private static final class WithoutBytes extends VectorWrapper {
    WithoutBytes(VectorEnv env) {
      super(env);
    }

    @Override
    public boolean givesBytes() {
      return false;
    }
  }
}
