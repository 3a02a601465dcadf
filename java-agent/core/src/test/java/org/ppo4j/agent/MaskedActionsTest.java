package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicySession;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.Session;

/** Trainings on {@link Doors}, which throws if an action is invalid. */
class MaskedActionsTest {
  private static final int ROWS = 64;

  private static final Space MIXED =
      new Space.Tuple(
          new Space.MultiBinary(2),
          Space.Box.of(-1, 1, 1, DType.FLOAT32),
          new Space.Discrete(3, -1));

  private static final List<Space> SPACES =
      List.of(
          new Space.Discrete(5, 2), new Space.MultiDiscrete(3, 4), new Space.MultiBinary(3), MIXED);

  @TempDir private Path folder;

  static Stream<Arguments> trainings() {
    return Arrays.stream(Algorithm.values())
        .flatMap(
            algorithm ->
                SPACES.stream()
                    .filter(space -> algorithm != Algorithm.RPO || space.hasBox())
                    .map(space -> Arguments.of(algorithm, space)));
  }

  private static TrainingBuilder small(Space actions, Algorithm algorithm) {
    return AlgorithmContractTest.small(Training.on(Doors.register(actions)), algorithm);
  }

  /** The property: whatever is learnt, an invalid action is never sent, in play neither. */
  @ParameterizedTest
  @MethodSource("trainings")
  void everyAlgorithmTakesValidActionsOnly(Algorithm algorithm, Space actions) {
    List<Metrics> metrics = new ArrayList<>();
    Path file = folder.resolve("policy.zip");
    train(
        small(actions, algorithm)
            .config(c -> c.learningRate(0.5))
            .onIteration((running, iteration) -> metrics.add(iteration.metrics())),
        file);
    assertThat(metrics).hasSize(6);
    for (Metrics each : metrics) {
      assertThat(each.values())
          .containsKeys("losses/policy_loss", "losses/approx_kl")
          .allSatisfy(
              (tag, value) -> {
                if (!tag.equals("losses/explained_variance")) { // NaN where returns do not vary
                  assertThat(value).as(tag).isFinite();
                }
              });
    }
    try (VectorEnv env = Envs.make(Doors.register(actions), 2);
        TrainedPolicy policy = TrainedPolicy.load(file)) {
      assertThat(policy.masksActions()).isTrue();
      Evaluator.run(env, policy, 20, true, 5);
      Evaluator.run(env, policy, 20, false, 5);
    }
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void aResumedTrainingGivesTheSameBytes(Algorithm algorithm, Space actions) {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    Supplier<TrainingBuilder> builder = () -> small(actions, algorithm);
    train(builder.get(), whole);
    train(
        builder
            .get()
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);
    SameArrays.assertSame(arrays(resumed), arrays(whole));
    assertThat(Checkpoint.read(resumed).masksActions()).isTrue();
  }

  /**
   * The best mean reward is 1, or 2/3 or 3/4 with a continuous number; random ones are far less.
   */
  @ParameterizedTest
  @MethodSource("spaces")
  void learnsTheOrderOfValues(Space actions) {
    Path file = folder.resolve("policy.zip");
    train(
        Training.on(Doors.register(actions))
            .seed(1)
            .config(
                c ->
                    c.numEnvs(4)
                        .numSteps(64)
                        .totalTimesteps(25_000)
                        .numMinibatches(4)
                        .updateEpochs(4)
                        .learningRate(3e-3)
                        .gamma(0.1)
                        .normReward(false)),
        file);
    try (VectorEnv env = Envs.make(Doors.register(actions), 4);
        TrainedPolicy policy = TrainedPolicy.load(file)) {
      EvaluationResult result = Evaluator.run(env, policy, 100, false, 5);
      double best = actions instanceof Space.Tuple ? 0.75 : 1;
      assertThat(result.meanReturn() / 8).isGreaterThan(0.97 * best);
    }
  }

  static Stream<Space> spaces() {
    return SPACES.stream();
  }

  /** Recurrent and masked in one: acting, learning, resumption, and the policy's file. */
  @ParameterizedTest
  @MethodSource("spaces")
  void recurrentPoliciesMaskToo(Space actions) {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    Supplier<TrainingBuilder> builder =
        () -> small(actions, Algorithm.PPO).config(c -> c.lstm(8).learningRate(0.05));
    train(builder.get(), whole);
    train(
        builder
            .get()
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);
    SameArrays.assertSame(arrays(resumed), arrays(whole));
    int flags = actions.maskSize();
    try (VectorEnv env = Envs.make(Doors.register(actions), 1);
        TrainedPolicy trained = TrainedPolicy.load(whole);
        Policy policy = Policy.load(whole)) {
      Evaluator.run(env, trained, 20, true, 5);
      PolicySession session = trained.session(1);
      Session other = policy.session();
      StepBatch batch = StepBatch.of(env);
      double[] action = new double[actions.size()];
      boolean[] valid = new boolean[flags];
      env.reset(3, batch);
      for (int step = 0; step < 20; step++) {
        for (int i = 0; i < flags; i++) {
          valid[i] = batch.actionMasks[i] == 1;
        }
        session.act(batch.observations, batch.actionMasks, action);
        assertThat(other.act(batch.observations, valid)).isEqualTo(action);
        env.step(action, batch);
        session.step(batch);
        if (batch.isDone(0)) {
          other.reset();
        }
      }
    }
  }

  @Test
  void aLeashMasksItsReferenceToo() {
    Path start = folder.resolve("start.zip");
    Path held = folder.resolve("held.zip");
    train(small(SPACES.getFirst(), Algorithm.PPO), start);
    List<Double> divergences = new ArrayList<>();
    train(
        Training.on(Doors.register(SPACES.getFirst()))
            .reference(Checkpoint.read(start))
            .config(c -> c.klCoef(0.1).totalTimesteps(6 * ROWS))
            .onIteration(
                (training, iteration) ->
                    divergences.add(iteration.metrics().get("losses/reference_kl"))),
        held);
    assertThat(divergences.getFirst()).isZero();
    assertThat(divergences).allSatisfy(kl -> assertThat(kl).isFinite().isLessThan(10));

    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(
        Training.on(Doors.register(SPACES.getFirst()))
            .reference(Checkpoint.read(start))
            .config(c -> c.klCoef(0.1).totalTimesteps(6 * ROWS))
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);
    SameArrays.assertSame(arrays(resumed), arrays(held));
  }

  @Test
  void aStateWithoutValidActionsIsNamed() {
    TrainingBuilder builder =
        small(SPACES.getFirst(), Algorithm.PPO).envKwargs(Map.of("empty_at", 3));
    try (Training training = builder.build()) {
      assertThatExceptionOfType(NonFiniteException.class)
          .isThrownBy(training::run)
          .withMessage(
              "the mask of sub-environment 0 has no valid action at step 12, but each discrete"
                  + " number of an action needs one; fix the environment, or train without masks"
                  + " with actionMasks NONE");
    }
  }

  @Test
  void withoutMasksInvalidActionsAreTaken() {
    TrainingBuilder builder =
        small(SPACES.getFirst(), Algorithm.PPO).config(c -> c.actionMasks(ActionMasks.NONE));
    try (Training training = builder.build()) {
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(training::run)
          .withMessageContaining("is invalid");
    }
    PpoConfig cleanrl = PpoConfig.of(Profile.CLEANRL, SPACES.getFirst());
    assertThat(cleanrl.action().actionMasks()).isEqualTo(ActionMasks.NONE);
  }

  @Test
  void masksThatAreNotThereAreRefused() {
    TrainingBuilder builder =
        Training.on("CartPole-v1").config(c -> c.actionMasks(ActionMasks.INFO));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessage(
            "actionMasks INFO needs an environment with masks of discrete actions, which"
                + " CartPole-v1 with actions Discrete(2) does not have; leave it AUTO");
  }

  @Test
  void aPolicyWithMasksIsNotTakenToAnEnvironmentWithout() {
    Path file = folder.resolve("policy.zip");
    train(small(SPACES.getFirst(), Algorithm.PPO), file);
    Checkpoint checkpoint = Checkpoint.read(file);
    try (VectorEnv env = Envs.make(Doors.register(SPACES.getFirst()), 1)) {
      checkpoint.requireSpacesOf(env.spec());
      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> checkpoint.requireSpacesOf(env.spec().withMasksActions(false)))
          .withMessageContaining("does not say which actions are valid");
    }
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
