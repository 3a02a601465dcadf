package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.advantage.AdvantageConfig;
import org.ppo4j.agent.advantage.AdvantageEstimator;
import org.ppo4j.agent.advantage.MonteCarloReturns;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.LrSchedule;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.agent.update.OptimizerKind;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** What every algorithm does with every kind of action. */
class AlgorithmContractTest {
  private static final int ROWS = 64;

  @TempDir private Path folder;

  /** A kind of action, its distribution, and how it is kept within its bounds. */
  record Head(Space actions, ActionHead head, ActionBounds bounds) {
    Head(Space actions) {
      this(actions, ActionHead.GAUSSIAN, ActionBounds.CLIP);
    }

    boolean hasMeans() {
      return actions.hasBox() && head != ActionHead.BETA;
    }
  }

  private static final Space BOX = Space.Box.of(-1, 1, 2, DType.FLOAT32);

  private static final Space MIXED =
      new Space.Tuple(
          new Space.Discrete(3), BOX, new Space.MultiDiscrete(2, 2), new Space.MultiBinary(2));

  private static final List<Head> HEADS =
      List.of(
          new Head(new Space.Discrete(3)),
          new Head(new Space.MultiDiscrete(2, 3)),
          new Head(new Space.MultiBinary(2)),
          new Head(BOX),
          new Head(BOX, ActionHead.GAUSSIAN, ActionBounds.SQUASH),
          new Head(BOX, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.CLIP),
          new Head(BOX, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.SQUASH),
          new Head(BOX, ActionHead.BETA, ActionBounds.CLIP),
          new Head(BOX, ActionHead.GSDE, ActionBounds.CLIP),
          new Head(BOX, ActionHead.GSDE, ActionBounds.SQUASH),
          new Head(MIXED),
          new Head(MIXED, ActionHead.GAUSSIAN, ActionBounds.SQUASH),
          new Head(MIXED, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.CLIP),
          new Head(MIXED, ActionHead.BETA, ActionBounds.CLIP));

  static Stream<Arguments> heads() {
    return Arrays.stream(Algorithm.values())
        .flatMap(
            algorithm ->
                HEADS.stream()
                    .filter(head -> algorithm != Algorithm.RPO || head.hasMeans())
                    .map(head -> Arguments.of(algorithm, head)));
  }

  static Stream<Arguments> environments() {
    return Arrays.stream(Algorithm.values())
        .flatMap(
            algorithm ->
                Stream.of("CartPole-v1", "Pendulum-v1")
                    .flatMap(
                        id ->
                            Arrays.stream(ActionHead.values())
                                .filter(head -> isTrainable(algorithm, id, head))
                                .map(head -> Arguments.of(algorithm, id, head))));
  }

  private static boolean isTrainable(Algorithm algorithm, String id, ActionHead head) {
    return id.equals("Pendulum-v1")
        ? algorithm != Algorithm.RPO || head != ActionHead.BETA
        : algorithm != Algorithm.RPO && head == ActionHead.GAUSSIAN;
  }

  /** Returns a training of 6 rollouts of {@value #ROWS} steps. */
  static TrainingBuilder small(TrainingBuilder builder, Algorithm algorithm) {
    return builder
        .algorithm(algorithm)
        .seed(3)
        .threads(1)
        .preset(null)
        .config(
            c -> {
              c.numEnvs(4).numSteps(16).totalTimesteps(6 * ROWS).hiddenSizes(List.of(8));
              if (algorithm != Algorithm.A2C) {
                c.numMinibatches(4).updateEpochs(2);
              }
              if (algorithm == Algorithm.PPG) {
                c.nIteration(2);
              }
              if (algorithm == Algorithm.GRPO) {
                c.groupSize(2);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("environments")
  void theSameSeedGivesTheSameBytesAlsoIfResumed(Algorithm algorithm, String id, ActionHead head) {
    assertContinued(
        algorithm, () -> small(Training.on(id), algorithm).config(c -> c.actionHead(head)));
  }

  /** Episodes are truncated after ten steps. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void optionsOfTheCriticAreContinuedToo(Algorithm algorithm) {
    Supplier<TrainingBuilder> builder =
        () -> {
          TrainingBuilder small = truncated(algorithm);
          criticOptions(algorithm)
              .forEach((name, value) -> small.hyperparameters(c -> with(c, name, value)));
          return small;
        };
    assertContinued(algorithm, builder);
  }

  /** The only difference is this option. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyOptionOfTheCriticChangesTheTraining(Algorithm algorithm) {
    Path file = folder.resolve("trained.zip");
    train(truncated(algorithm), file);
    float[] plain = Checkpoint.read(file).state().floats("network/parameters");
    criticOptions(algorithm)
        .forEach(
            (name, value) -> {
              train(truncated(algorithm).hyperparameters(c -> with(c, name, value)), file);
              assertThat(Checkpoint.read(file).state().floats("network/parameters"))
                  .as(name)
                  .isNotEqualTo(plain);
            });
  }

  private static TrainingBuilder truncated(Algorithm algorithm) {
    return small(Training.on("Pendulum-v1").envKwargs(Map.of("max_episode_steps", 10)), algorithm);
  }

  private static PpoConfig with(PpoConfig config, String name, Object value) {
    return Hyperparameters.with(config, Map.of(name, value));
  }

  /**
   * Returns the options of the critic that an algorithm has, with values other than the default.
   */
  private static Map<String, Object> criticOptions(Algorithm algorithm) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("criticLearningRate", 0.01);
    options.put("criticHiddenSizes", List.of(6));
    options.put("normValueTargets", true);
    options.put("recomputeAdvantages", true);
    options
        .keySet()
        .removeIf(
            name -> !Hyperparameters.named(name).orElseThrow().algorithms().contains(algorithm));
    return options;
  }

  private void assertContinued(Algorithm algorithm, Supplier<TrainingBuilder> builder) {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
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

    assertThat(Checkpoint.read(half).globalStep()).isEqualTo(3 * ROWS);
    Map<String, Object> arrays = arrays(whole);
    SameArrays.assertSame(arrays(resumed), arrays);
    assertThat((float[]) arrays.get("network/parameters"))
        .isNotEqualTo(arrays(half).get("network/parameters"));
    assertThat(Checkpoint.read(whole).run().algorithm()).isEqualTo(algorithm);
  }

  @ParameterizedTest
  @MethodSource("heads")
  void everyHeadIsTrainedWithFiniteMetrics(Algorithm algorithm, Head head) {
    List<Metrics> metrics = new ArrayList<>();
    Path file = folder.resolve("policy.zip");
    train(
        small(Training.on(new IdentityEnv(head.actions(), 4)), algorithm)
            .config(c -> c.actionHead(head.head()).actionBounds(head.bounds()))
            .onIteration((running, iteration) -> metrics.add(iteration.metrics())),
        file);

    assertThat(metrics).hasSize(6);
    for (Metrics each : metrics) {
      assertThat(each.values())
          .containsKeys("losses/policy_loss", "losses/value_loss", "losses/approx_kl")
          .allSatisfy((tag, value) -> assertThat(value).as(tag).isFinite());
    }
    try (TrainedPolicy policy =
        TrainedPolicy.of(Checkpoint.read(file), new IdentityEnv(head.actions(), 1).spec(), null)) {
      assertThat(policy.act(new double[head.actions().size()])).hasSize(head.actions().size());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CartPole-v1", "Pendulum-v1"})
  void appoThatWaitsIsPpo(String id) {
    Path appo = folder.resolve("appo.zip");
    Path ppo = folder.resolve("ppo.zip");
    train(small(Training.on(id), Algorithm.APPO).config(c -> c.maxLag(0)), appo);
    train(small(Training.on(id), Algorithm.PPO), ppo);

    SameArrays.assertSame(arrays(appo), arrays(ppo));
  }

  @Test
  void appoThatWaitsIsPpoWithEveryOptionOfTheCritic() {
    Path appo = folder.resolve("appo.zip");
    Path ppo = folder.resolve("ppo.zip");
    Consumer<PpoConfigBuilder> options =
        c -> c.normValueTargets(true).recomputeAdvantages(true).criticLearningRate(0.01);
    train(truncated(Algorithm.APPO).config(options).config(c -> c.maxLag(0)), appo);
    train(truncated(Algorithm.PPO).config(options), ppo);

    SameArrays.assertSame(arrays(appo), arrays(ppo));
  }

  @Test
  void appoIsOneUpdateBehindAfterTheFirst() {
    List<Double> lags = new ArrayList<>();
    List<Double> divergences = new ArrayList<>();
    train(
        small(Training.on("CartPole-v1"), Algorithm.APPO)
            .config(c -> c.updateEpochs(1).numMinibatches(1))
            .onIteration(
                (training, iteration) -> {
                  lags.add(iteration.metrics().get("charts/lag"));
                  divergences.add(iteration.metrics().get("losses/approx_kl"));
                }),
        folder.resolve("appo.zip"));

    assertThat(lags).containsExactly(0.0, 1.0, 1.0, 1.0, 1.0, 1.0);
    // Before its only step, the learner differs from the actor where the actor is behind.
    assertThat(divergences.getFirst()).isZero();
    assertThat(divergences.subList(1, 6)).allSatisfy(kl -> assertThat(kl).isPositive());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1"})
  void rolloutsKnowTheirLag(int maxLag, int lag) {
    List<Integer> lags = new ArrayList<>();
    train(
        small(Training.on("CartPole-v1"), Algorithm.APPO)
            .config(c -> c.maxLag(maxLag))
            .estimator(new LagRecorder(lags)),
        folder.resolve("appo.zip"));

    assertThat(lags).containsExactly(0, lag, lag, lag, lag, lag);
  }

  private static final class LagRecorder implements AdvantageEstimator {
    private final List<Integer> lags;

    LagRecorder(List<Integer> lags) {
      this.lags = lags;
    }

    @Override
    public void estimate(Rollout rollout) {
      lags.add(rollout.lag);
    }

    @Override
    public void save(TrainingState state) {}

    @Override
    public void restore(TrainingState state) {}
  }

  /** Environments that cannot be continued start new episodes, after the rollout that was saved. */
  @ParameterizedTest
  @EnumSource(names = {"PPO", "APPO"})
  void aTrainingOnOtherEnvironmentsContinues(Algorithm algorithm) {
    Path half = folder.resolve("half.zip");
    train(
        small(Training.on(new StartsWithReset(4)), algorithm)
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);

    try (Training training =
        Training.resume(half).environments(n -> new StartsWithReset(n)).build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      assertThat(training.globalStep()).isEqualTo(6 * ROWS);
    }
  }

  /** Its episodes start with each rollout, so that nothing of the environment is lost. */
  @Test
  void grpoContinuesWithTheSameBytesOnAnyEnvironment() {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(small(Training.on(new StartsWithReset(4)), Algorithm.GRPO), whole);
    train(
        small(Training.on(new StartsWithReset(4)), Algorithm.GRPO)
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half).environments(StartsWithReset::new), resumed);

    SameArrays.assertSame(arrays(resumed), arrays(whole));
  }

  @Test
  void grpoHasNoCritic() {
    List<Metrics> metrics = new ArrayList<>();
    List<float[]> parameters = new ArrayList<>();
    Path file = folder.resolve("grpo.zip");
    try (Training training =
        small(Training.on("CartPole-v1"), Algorithm.GRPO)
            .onIteration((running, iteration) -> metrics.add(iteration.metrics()))
            .build()) {
      training.save(file);
      parameters.add(Checkpoint.read(file).state().floats("network/parameters"));
      training.run();
      training.save(file);
      parameters.add(Checkpoint.read(file).state().floats("network/parameters"));
    }

    // 4 inputs, 8 hidden neurons, 2 actions or 1 value; the actor is first.
    int actor = 4 * 8 + 8 + 8 * 2 + 2;
    assertThat(parameters.getLast()).hasSize(actor + 4 * 8 + 8 + 8 + 1);
    for (int i = 0; i < actor; i++) {
      assertThat(parameters.getLast()[i]).isNotEqualTo(parameters.getFirst()[i]);
    }
    assertThat(Arrays.copyOfRange(parameters.getLast(), actor, actor + 49))
        .isEqualTo(Arrays.copyOfRange(parameters.getFirst(), actor, actor + 49));
    assertThat(metrics)
        .allSatisfy(
            each -> {
              assertThat(each.get("losses/value_loss")).isZero();
              assertThat(each.has("losses/explained_variance")).isFalse();
            });
  }

  @Test
  void grpoNeedsEnvironmentsThatStartSingleEpisodes() {
    VectorEnv env =
        new VectorWrapper(new IdentityEnv(new Space.Discrete(2), 4)) {
          @Override
          public void reset(long[] seeds, StepBatch out) {
            throw new EnvException("cannot reset single sub-environments");
          }
        };
    try (Training training = small(Training.on(env), Algorithm.GRPO).build()) {
      assertThatExceptionOfType(EnvException.class).isThrownBy(training::run);
    }
  }

  /** The failure of an environment on the actor's thread reaches the caller. */
  @Test
  void aFailureWhileAppoLearnsIsThrown() {
    try (Training training = small(Training.on(new FailingEnv(40)), Algorithm.APPO).build()) {
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(training::run)
          .withMessage("step 40 fails");
      assertThat(training.globalStep()).isEqualTo(2 * ROWS);
      training.save(folder.resolve("after.zip"));
      assertThat(Checkpoint.read(folder.resolve("after.zip")).globalStep()).isEqualTo(2 * ROWS);
    }
  }

  /** Own parts are needed again, and give the same bytes. */
  @Test
  void ownPartsAreRecordedAndContinued() {
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    UnaryOperator<TrainingBuilder> parts =
        builder ->
            builder
                .policyLoss(PolicyLoss.of(Algorithm.SPO))
                .estimator(
                    new MonteCarloReturns(AdvantageConfig.of(Algorithm.PPO, Profile.DEFAULT)))
                .optimizer(n -> Optimizer.of(OptimizerConfig.of(Algorithm.A2C, false), n));
    train(parts.apply(small(Training.on("CartPole-v1"), Algorithm.PPO)), whole);
    train(
        parts
            .apply(small(Training.on("CartPole-v1"), Algorithm.PPO))
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(parts.apply(Training.resume(half)), resumed);

    SameArrays.assertSame(arrays(resumed), arrays(whole));
    assertThat(arrays(whole)).containsKeys("rmsprop/mean_square", "returns/mean_std");
    assertThat(Checkpoint.read(half).run().parts())
        .containsExactly(
            "org.ppo4j.agent.loss.PolicyLoss$Quadratic",
            "org.ppo4j.agent.advantage.MonteCarloReturns",
            "org.ppo4j.agent.update.RmsProp");
    TrainingBuilder without = Training.resume(half);
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(without::build)
        .withMessageStartingWith("a continued training keeps its own parts of the loop");
  }

  @Test
  void anOwnEstimatorIsNormalisedOverTheRolloutToo() {
    float[] plain = withOwnEstimator(false);
    assertThat(withOwnEstimator(true)).isNotEqualTo(plain);
  }

  private float[] withOwnEstimator(boolean normAdvRollout) {
    Path file = folder.resolve("own.zip");
    train(
        small(Training.on("CartPole-v1"), Algorithm.PPO)
            .config(c -> c.normAdv(false).normAdvRollout(normAdvRollout))
            .estimator(new MonteCarloReturns(AdvantageConfig.of(Algorithm.PPO, Profile.DEFAULT))),
        file);
    return Checkpoint.read(file).state().floats("network/parameters");
  }

  /** Huang et al. (2022), "A2C is a special case of PPO". */
  @ParameterizedTest
  @ValueSource(strings = {"CartPole-v1", "Pendulum-v1"})
  void a2cIsPpoWithOneStepForEachBatch(String id) {
    Path a2c = folder.resolve("a2c.zip");
    Path ppo = folder.resolve("ppo.zip");
    train(small(Training.on(id), Algorithm.A2C), a2c);
    train(
        small(Training.on(id), Algorithm.PPO)
            .config(
                c ->
                    c.numMinibatches(1)
                        .updateEpochs(1)
                        .normAdv(false)
                        .clipVloss(false)
                        .vfCoef(1)
                        .gaeLambda(1)
                        .optimizer(OptimizerKind.RMSPROP)
                        .learningRate(7e-4)
                        .lrSchedule(LrSchedule.CONSTANT)),
        ppo);

    SameArrays.assertSame(arrays(ppo), arrays(a2c));
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void idsAreReadBack(Algorithm algorithm) {
    assertThat(Algorithm.of(algorithm.id())).isEqualTo(algorithm);
  }

  @Test
  void anUnknownIdIsRefusedWithAll() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Algorithm.of("pppo"))
        .withMessage(
            "there is no algorithm pppo; there are ppo, ppo-penalty, a2c, trpo, ppg, appo, spo,"
                + " rpo, monte-carlo, grpo");
  }

  @Test
  void hyperparametersOfOthersAreRefused() {
    refused(
        Algorithm.TRPO,
        on -> on.config(c -> c.clipCoef(0.1)),
        "clipCoef has no effect on trpo; it belongs to ppo, ppg, appo, spo, rpo, monte-carlo,"
            + " grpo");
    refused(
        Algorithm.A2C,
        on -> on.config(c -> c.updateEpochs(4)),
        "updateEpochs has no effect on a2c; it belongs to ppo, ppo-penalty, trpo, ppg, appo, spo,"
            + " rpo, monte-carlo, grpo");
    refused(
        Algorithm.PPO,
        on -> on.config(c -> c.cgDamping(0.5)),
        "cgDamping has no effect on ppo; it belongs to trpo");
    refused(
        Algorithm.PPO_PENALTY,
        on -> on.config(c -> c.targetKl(0)),
        "targetKl must be greater than 0 for ppo-penalty, but is 0");
    refused(
        Algorithm.TRPO,
        on -> on.config(c -> c.targetKl(0)),
        "targetKl must be greater than 0 for trpo, but is 0");
    refused(
        Algorithm.GRPO,
        on -> on.config(c -> c.numEnvs(12)),
        "numEnvs must be a multiple of groupSize for grpo, but numEnvs is 12 and groupSize 8");
    refused(
        Algorithm.GRPO,
        on -> on.config(c -> c.vfCoef(0.5)),
        "vfCoef has no effect on grpo; it belongs to ppo, ppo-penalty, a2c, trpo, ppg, appo, spo,"
            + " rpo, monte-carlo");
    refused(
        Algorithm.GRPO,
        on -> on.config(c -> c.groupSize(1)),
        "groupSize must lie in [2, inf), but got 1 (sub-environments that start from the same"
            + " state, and whose returns are compared)");
    refused(
        Algorithm.RPO,
        on -> on.config(c -> c.rpoAlpha(-1)),
        "rpoAlpha must lie in [0, inf), but got -1.0 (bound of the random shift of the mean in"
            + " updates)");
    refused(
        Algorithm.RPO,
        on -> on,
        "rpo shifts the means of continuous actions, but CartPole-v1 has actions Discrete(2); use"
            + " another algorithm");
    refused(
        Algorithm.PPO,
        on -> on.config(c -> c.actionHead(ActionHead.STATE_DEPENDENT_GAUSSIAN)),
        "actionHead STATE_DEPENDENT_GAUSSIAN is for continuous actions, but CartPole-v1 has actions"
            + " Discrete(2); leave it GAUSSIAN");
  }

  @Test
  void ppgIsRefusedWhereItCannotBe() {
    refused(
        Algorithm.PPG,
        on -> on.config(c -> c.totalTimesteps(31 * 512)),
        "ppg has an auxiliary phase after every 32 iterations (nIteration), but totalTimesteps"
            + " 15872 are 31 iterations of 512; lower nIteration, or train for longer");
    refused(
        Algorithm.PPG,
        on -> on.config(c -> c.numAuxMinibatches(513)),
        "numAuxMinibatches 513 is more than the 512 transitions of a batch");
    refused(
        Algorithm.PPG,
        on -> on.config(c -> c.numSteps(1 << 24).totalTimesteps(1L << 40)),
        "an auxiliary phase of nIteration 32 times 67108864 transitions is too large; at most"
            + " 1073741824 fit");
    refused(
        Algorithm.PPG,
        on -> on.config(c -> c.sharedTrunk(true)),
        "sharedTrunk has no effect on ppg; it belongs to ppo, ppo-penalty, a2c, trpo, appo, spo,"
            + " rpo, monte-carlo");
    refused(
        Algorithm.PPG,
        on -> on.engine(Engine.DL4J),
        "ppg needs networks whose actor predicts values too, which the engine dl4j does not have;"
            + " use the engine simd");
  }

  @Test
  void optionsOfTheCriticAreRefusedWhereTheyHaveNoEffect() {
    refused(
        Algorithm.MONTE_CARLO,
        on -> on.config(c -> c.normValueTargets(true)),
        "normValueTargets has no effect on monte-carlo; it belongs to ppo, ppo-penalty, a2c, trpo,"
            + " appo, spo, rpo");
    refused(
        Algorithm.A2C,
        on -> on.config(c -> c.recomputeAdvantages(true)),
        "recomputeAdvantages has no effect on a2c; it belongs to ppo, ppo-penalty, ppg, appo, spo,"
            + " rpo, monte-carlo");
    refused(
        Algorithm.TRPO,
        on -> on.config(c -> c.recomputeAdvantages(true)),
        "recomputeAdvantages has no effect on trpo; it belongs to ppo, ppo-penalty, ppg, appo, spo,"
            + " rpo, monte-carlo");
    refused(
        Algorithm.PPO,
        on -> on.config(c -> c.recomputeAdvantages(true).updateEpochs(1)),
        "recomputeAdvantages has no effect with updateEpochs 1, because advantages are computed"
            + " again before later epochs");
  }

  @Test
  void aRateOfTheCriticIsRefusedWhereItCannotBe() {
    refused(
        Algorithm.TRPO,
        on -> on.config(c -> c.criticLearningRate(0.01)),
        "criticLearningRate has no effect on trpo; it belongs to ppo, ppo-penalty, a2c, ppg, appo,"
            + " spo, rpo, monte-carlo");
    refused(
        Algorithm.PPO,
        on ->
            on.config(c -> c.criticLearningRate(0.01))
                .optimizer(n -> Optimizer.of(OptimizerConfig.of(Algorithm.A2C, false), n)),
        "criticLearningRate has no effect on the program's optimiser, which has one rate; leave it"
            + " 0");
  }

  @Test
  void stateDependentExplorationIsRefusedWhereItCannotBe() {
    refused(
        Algorithm.PPO,
        on -> on.config(c -> c.actionHead(ActionHead.GSDE)),
        "actionHead GSDE is for continuous actions, but CartPole-v1 has actions Discrete(2); leave"
            + " it GAUSSIAN");
    refused(
        "Pendulum-v1",
        Algorithm.PPO,
        on -> on.config(c -> c.sdeSampleFreq(4)),
        "sdeSampleFreq has no effect on actionHead GAUSSIAN; it belongs to GSDE");
    refused(
        "Pendulum-v1",
        Algorithm.PPO,
        on -> on.config(c -> c.actionHead(ActionHead.GSDE)).engine(Engine.DL4J),
        "actionHead GSDE needs the last hidden layer of the networks, which the engine dl4j does"
            + " not give; use the engine simd and its networks, or another actionHead");
  }

  @Test
  void explorationThatDependsOnTheStateIsRefusedForMixedActions() {
    TrainingBuilder builder =
        Training.on(new IdentityEnv(MIXED, 4)).config(c -> c.actionHead(ActionHead.GSDE));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessage(
            "actionHead GSDE is for actions that are one Box, but Identity has actions %s; use another actionHead"
                .formatted(MIXED));
  }

  @Test
  void settingsWithoutEffectOnBetaAreRefused() {
    String id = "Pendulum-v1";
    refused(
        id,
        Algorithm.RPO,
        on -> on.config(c -> c.actionHead(ActionHead.BETA)),
        "rpo shifts means, which actionHead BETA does not have; use another actionHead or another"
            + " algorithm");
    refused(
        id,
        Algorithm.PPO,
        on -> on.preset(null).config(c -> c.actionHead(ActionHead.BETA).logStdInit(-1)),
        "logStdInit has no effect on actionHead BETA, which has no log standard deviations; leave it"
            + " out");
    refused(
        id,
        Algorithm.PPO,
        on -> on.config(c -> c.actionHead(ActionHead.BETA).actionBounds(ActionBounds.SQUASH)),
        "actionBounds has no effect on actionHead BETA, whose actions lie within the bounds; leave it"
            + " out");
  }

  @Test
  void aPresetGivesWayToWhatSwitchesItsValuesOff() {
    try (Training training =
        Training.on("Pendulum-v1").config(c -> c.actionHead(ActionHead.BETA)).build()) {
      PpoConfig config = training.config().hyperparameters();
      assertThat(config.network().logStdInit()).isZero();
      assertThat(config.optimizer().learningRate()).isEqualTo(0.001441);
    }
  }

  private static void refused(
      Algorithm algorithm, UnaryOperator<TrainingBuilder> changes, String message) {
    refused("CartPole-v1", algorithm, changes, message);
  }

  private static void refused(
      String id, Algorithm algorithm, UnaryOperator<TrainingBuilder> changes, String message) {
    TrainingBuilder builder = changes.apply(Training.on(id).algorithm(algorithm));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(builder::build)
        .withMessage(message);
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }

  /** Refuses a step before a reset, as Gymnasium does. */
  private static final class StartsWithReset extends VectorWrapper {
    private boolean isReset;

    @Override
    public void reset(long[] seeds, StepBatch out) {
      isReset = true;
      super.reset(seeds, out);
    }

    StartsWithReset(int numEnvs) {
      super(new IdentityEnv(new Space.Discrete(2), numEnvs));
    }

    @Override
    public void reset(long seed, StepBatch out) {
      isReset = true;
      super.reset(seed, out);
    }

    @Override
    public void step(double[] actions, StepBatch out) {
      assertThat(isReset).isTrue();
      super.step(actions, out);
    }
  }

  /** Fails in a step. */
  private static final class FailingEnv extends VectorWrapper {
    private final int last;
    private int steps;

    FailingEnv(int last) {
      super(new IdentityEnv(new Space.Discrete(2), 4));
      this.last = last;
    }

    @Override
    public void step(double[] actions, StepBatch out) {
      if (++steps == last) {
        throw new EnvException("step %d fails".formatted(last));
      }
      super.step(actions, out);
    }
  }

  /** Returns the arrays of a checkpoint whose bytes do not depend on the clock. */
  private static Map<String, Object> arrays(Path file) {
    return Checkpoint.read(file).state().arrays();
  }
}
