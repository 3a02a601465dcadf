package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.CheckpointException;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.ProgressLog;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.Stateful;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.Optimizer;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;
import org.ppo4j.policy.Policy;

/** The contract of {@link Training}. One iteration of CartPole-v1 is 512 steps. */
class TrainingTest {
  @TempDir private Path folder;

  private static TrainingBuilder cartPole(long steps) {
    return Training.on("CartPole-v1").config(c -> c.totalTimesteps(steps));
  }

  /** The five lines of the documents, with a lower goal than theirs. */
  @Test
  void trainsSavesAndActsInFiveLines() {
    Path file = folder.resolve("cartpole.zip");
    try (Training training = Training.on("CartPole-v1").seed(1).stopAtReturn(50).build()) {
      assertThat(training.run()).isEqualTo(Outcome.SOLVED);
      training.save(file);
      assertThat(training.returns().mean()).isGreaterThanOrEqualTo(50);
      assertThat(training.globalStep())
          .isLessThan(training.config().hyperparameters().totalSteps());
    }
    double[] observation = {0.01, 0.02, -0.03, 0.04};
    double[] action = Policy.load(file).act(observation);
    try (TrainedPolicy policy = TrainedPolicy.load(file)) {
      assertThat(policy.act(observation)).isEqualTo(action);
    }
  }

  @Test
  void sameSeedSameBytes() {
    Map<String, Object> first = train(cartPole(1024).seed(3)).arrays();
    assertThat(train(cartPole(1024).seed(3).threads(1)).arrays())
        .usingRecursiveComparison()
        .isEqualTo(first);
    assertThat(train(cartPole(1024).seed(4)).floats("network/parameters"))
        .isNotEqualTo(first.get("network/parameters"));
  }

  @Test
  void resumedFromEveryIterationItIsTheUninterruptedTraining() {
    List<Path> files = new ArrayList<>();
    TrainingState whole;
    try (Training training = cartPole(2048).build()) {
      training.add(
          new TrainingListener() {
            @Override
            public void iteration(Iteration iteration) {
              files.add(folder.resolve(iteration.number() + ".zip"));
              training.save(files.getLast());
            }
          });
      training.run();
      training.save(folder.resolve("whole.zip"));
      whole = Checkpoint.read(folder.resolve("whole.zip")).state();
    }
    assertThat(files).hasSize(4);
    for (Path file : files) {
      assertThat(train(Training.resume(file)).arrays())
          .as("resumed from %s", file.getFileName())
          .usingRecursiveComparison()
          .isEqualTo(whole.arrays());
    }
  }

  @Test
  void cancelledInAnUpdateItContinuesFromTheLastWholeIteration() {
    TrainingState whole = train(cartPole(2048));
    CompletableFuture<Training> cancelled = new CompletableFuture<>();
    AtomicInteger steps = new AtomicInteger();
    Path file = folder.resolve("cancelled.zip");
    try (Training training =
        cartPole(2048)
            .optimizer(
                n ->
                    new ObservedOptimizer(
                        Optimizer.of(OptimizerConfig.of(Algorithm.PPO, false), n),
                        () -> {
                          if (steps.incrementAndGet() == 20) { // of 16 in an iteration
                            cancelled.join().cancel();
                          }
                        }))
            .build()) {
      cancelled.complete(training);
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      assertThat(training.globalStep()).isEqualTo(512);
      training.save(file);
    }
    assertThat(steps).hasValue(20);
    TrainingBuilder resumed =
        Training.resume(file)
            .optimizer(
                n ->
                    new ObservedOptimizer(
                        Optimizer.of(OptimizerConfig.of(Algorithm.PPO, false), n), () -> {}));
    assertThat(train(resumed).floats("network/parameters"))
        .isEqualTo(whole.floats("network/parameters"));
  }

  @Test
  void cancelledInARolloutItStopsAtTheNextStep() {
    CompletableFuture<Training> cancelled = new CompletableFuture<>();
    AtomicInteger steps = new AtomicInteger();
    Runnable cancels =
        () -> {
          if (steps.incrementAndGet() == 200) { // of 128 in an iteration
            cancelled.join().cancel();
          }
        };
    try (VectorEnv env = observed(Envs.make("CartPole-v1", 4), cancels);
        Training training = Training.on(env).config(c -> c.totalTimesteps(2048)).build()) {
      cancelled.complete(training);
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      assertThat(training.globalStep()).isEqualTo(512);
    }
    assertThat(steps).hasValue(200);
  }

  private static VectorEnv observed(VectorEnv env, Runnable beforeStep) {
    return new VectorWrapper(env) {
      @Override
      public void step(double[] actions, StepBatch out) {
        beforeStep.run();
        super.step(actions, out);
      }
    };
  }

  @Test
  void resumedWithAnotherEndItTakesAsManySteps() {
    train(cartPole(1024));
    try (Training training = Training.resume(saved()).config(c -> c.totalTimesteps(2048)).build()) {
      assertThat(training.globalStep()).isEqualTo(1024);
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      assertThat(training.globalStep()).isEqualTo(2048);
    }
  }

  @Test
  void savesAndActsBeforeItRuns() {
    try (Training training = cartPole(1024).build();
        TrainedPolicy policy = training.policy()) {
      training.save(saved());
      assertThat(policy.act(new double[4])).hasSize(1);
    }
    assertThat(Checkpoint.read(saved()).globalStep()).isZero();
    assertThat(train(Training.resume(saved())).arrays())
        .usingRecursiveComparison()
        .isEqualTo(train(cartPole(1024)).arrays());
  }

  @Test
  void theUsersPolicyDoesNotChangeWithTheTraining() {
    List<TrainedPolicy> policies = new ArrayList<>();
    try (Training training =
        cartPole(1024).onIteration((running, _) -> policies.add(running.policy())).build()) {
      training.run();
    }
    float[] first = policies.getFirst().network().parameters();
    assertThat(first).isNotEqualTo(policies.getLast().network().parameters());
    policies.forEach(TrainedPolicy::close);
  }

  @Test
  void aListenerStopsIt() {
    try (Training training =
        cartPole(5120)
            .onIteration(
                (running, iteration) -> {
                  if (iteration.number() == 2) {
                    running.stop();
                  }
                })
            .build()) {
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      assertThat(training.globalStep()).isEqualTo(1024);
    }
  }

  @Test
  void stoppedInItsLastIterationItIsFinished() {
    try (Training training = cartPole(512).onIteration((running, _) -> running.stop()).build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
    }
  }

  @Test
  @Timeout(60)
  void anotherThreadStopsIt() throws InterruptedException {
    CountDownLatch hasBegun = new CountDownLatch(1);
    try (Training training =
        cartPole(1_000_000_000L).onIteration((_, _) -> hasBegun.countDown()).build()) {
      Thread stopper =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      hasBegun.await();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                    training.stop();
                  });
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      stopper.join();
    }
  }

  @Test
  void stoppedBeforeItRunsItTakesNoStep() {
    try (Training training = cartPole(1024).build()) {
      training.stop();
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      assertThat(training.globalStep()).isZero();
    }
  }

  @Test
  void aSolvedTrainingThatIsResumedTakesNoStep() {
    try (Training training = Training.on("CartPole-v1").stopAtReturn(30).build()) {
      assertThat(training.run()).isEqualTo(Outcome.SOLVED);
      training.save(saved());
    }
    try (Training training = Training.resume(saved()).build()) {
      long step = training.globalStep();
      assertThat(training.run()).isEqualTo(Outcome.SOLVED);
      assertThat(training.globalStep()).isEqualTo(step);
    }
  }

  @Test
  void whenAListenerThrowsTheTrainingFailsWithItsException() {
    List<String> calls = new ArrayList<>();
    AssertionError thrown = new AssertionError("the listener's");
    try (Training training =
        cartPole(5120)
            .listener(new NamedCalls("a", calls))
            .onIteration(
                (_, iteration) -> {
                  if (iteration.number() == 2) {
                    throw thrown;
                  }
                })
            .listener(new NamedCalls("b", calls))
            .build()) {
      assertThatExceptionOfType(AssertionError.class)
          .isThrownBy(training::run)
          .isSameAs(thrown)
          .satisfies(e -> assertThat(e.getSuppressed()).isEmpty());
      training.save(saved());
    }
    assertThat(calls)
        .containsExactly(
            "a started",
            "b started",
            "a iteration 1",
            "b iteration 1",
            "a iteration 2",
            "b iteration 2",
            "b finished FAILED 1024 java.lang.AssertionError: the listener's",
            "a finished FAILED 1024 java.lang.AssertionError: the listener's");
    assertThat(Checkpoint.read(saved()).globalStep()).isEqualTo(1024);
  }

  @Test
  void whenAListenerThrowsInTheMiddleOfARolloutTheLastWholeIterationIsKept() {
    TrainingListener failing =
        new TrainingListener() {
          private long iterations;

          @Override
          public void iteration(Iteration iteration) {
            iterations = iteration.number();
          }

          @Override
          public void episode(org.ppo4j.agent.metrics.Episode episode) {
            if (iterations == 1) {
              throw new IllegalStateException("in the second rollout");
            }
          }
        };
    try (Training training = cartPole(1024).listener(failing).build()) {
      assertThatIllegalStateException()
          .isThrownBy(training::run)
          .withMessage("in the second rollout");
      training.save(saved());
    }
    assertThat(train(Training.resume(saved())).arrays())
        .usingRecursiveComparison()
        .isEqualTo(train(cartPole(1024)).arrays());
  }

  @Test
  void whatListenersThrowWhenTheTrainingHasFailedIsSuppressed() {
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void started(RunningTraining training) {
            throw new IllegalStateException("first");
          }

          @Override
          public void finished(Finished finished) {
            throw new IllegalArgumentException("second");
          }
        };
    List<String> calls = new ArrayList<>();
    try (Training training =
        cartPole(512).listener(failing).listener(new NamedCalls("after", calls)).build()) {
      assertThatIllegalStateException()
          .isThrownBy(training::run)
          .withMessage("first")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }
    assertThat(calls)
        .containsExactly("after finished FAILED 0 java.lang.IllegalStateException: first");
  }

  @Test
  void aListenersStateIsSavedAndRestored() {
    try (Training training =
        cartPole(1024)
            .listener(new CountsIterations())
            .onIteration(
                (running, iteration) ->
                    assertThat(running.checkpoint().state().longs("user/count"))
                        .as("saved while it is reported, it counts")
                        .containsExactly(iteration.number()))
            .build()) {
      training.run();
      training.save(saved());
    }
    CountsIterations counts = new CountsIterations();
    try (Training training =
        Training.resume(saved()).config(c -> c.totalTimesteps(2048)).listener(counts).build()) {
      training.save(folder.resolve("before.zip"));
      training.run();
    }
    assertThat(counts.count).isEqualTo(4);
    assertThat(Checkpoint.read(folder.resolve("before.zip")).state().longs("user/count"))
        .as("saved before it runs")
        .containsExactly(2);

    CountsIterations added = new CountsIterations();
    try (Training training = Training.resume(saved()).build()) {
      training.add(added);
    }
    assertThat(added.count).isEqualTo(2);
  }

  @Test
  void runsOnce() {
    try (Training training = cartPole(512).build()) {
      training.run();
      assertThatIllegalStateException()
          .isThrownBy(training::run)
          .withMessage(
              "this training was run before; save it and continue it with Training.resume");
      assertThatIllegalStateException()
          .isThrownBy(() -> training.add(new TrainingListener() {}))
          .withMessage("listeners can be added only before the training runs");
    }
  }

  @Test
  void closedItDoesNotRunButCanBeSaved() {
    Training training = cartPole(512).build();
    training.close();
    training.close();
    assertThatIllegalStateException()
        .isThrownBy(training::run)
        .withMessage("this training is closed");
    training.save(saved());
    assertThat(Checkpoint.read(saved()).globalStep()).isZero();
  }

  @Test
  void trainsOnTheCallersEnvironmentsAndLeavesThemOpen() {
    ClosesCounted env = new ClosesCounted(Envs.make("CartPole-v1", 1));
    try (Training training = Training.on(env).config(c -> c.totalTimesteps(256)).build()) {
      training.run();
      training.save(saved());
      assertThat(training.config().hyperparameters().totalSteps())
          .as("two rollouts of 1 environment, though one of the default 4 would be too long")
          .isEqualTo(256);
      assertThat(training.config().backend()).isEqualTo(Backend.PROGRAM);
    }
    assertThat(env.closes).isZero();
    env.close();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.resume(saved()).build())
        .withMessage(
            "CartPole-v1 was made by a program, which must make it again: pass a factory to"
                + " environments(...)");
    try (Training training =
        Training.resume(saved())
            .environments(numEnvs -> Envs.make("CartPole-v1", numEnvs))
            .config(c -> c.totalTimesteps(512))
            .build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
    }
  }

  @Test
  void refusesToMakeEnvironmentsThatTheCallerHasMade() {
    try (VectorEnv env = Envs.make("CartPole-v1", 1)) {
      TrainingBuilder builder = Training.on(env);
      assertThatIllegalStateException()
          .isThrownBy(() -> builder.environments(n -> Envs.make("CartPole-v1", n)))
          .withMessage("environments cannot be set for environments that the caller has made");
      assertThatIllegalStateException().isThrownBy(() -> builder.envKwargs(Map.of("a", 1)));
    }
  }

  @Test
  void resumedOnOtherSpacesItIsRefusedInOneSentenceAndClosesWhatItMade() {
    train(cartPole(512));
    List<ClosesCounted> made = new ArrayList<>();
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(
            () ->
                Training.resume(saved())
                    .environments(numEnvs -> counted(made, "Acrobot-v1", numEnvs))
                    .build())
        .withMessageMatching(
            "Acrobot-v1 has observations .+ and actions .+, but the policy was trained on .+ and"
                + " .+");
    assertAllClosed(made, 1);
  }

  @Test
  void aContinuedTrainingKeepsItsHyperparameters() {
    train(cartPole(512));
    List<ClosesCounted> made = new ArrayList<>();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Training.resume(saved())
                    .environments(numEnvs -> counted(made, "CartPole-v1", numEnvs))
                    .config(c -> c.gamma(0.5))
                    .build())
        .withMessage(
            "a continued training keeps its hyperparameters; only totalTimesteps can be changed");
    assertAllClosed(made, 1);
    assertThatIllegalStateException()
        .isThrownBy(() -> Training.resume(saved()).seed(2))
        .withMessage("seed cannot be changed in a training that is continued from a checkpoint");
  }

  /** The number of environments depends on the action space, so that one is made first. */
  @Test
  void makesAsManyEnvironmentsAsTheActionsNeedAndClosesTheOthers() {
    List<ClosesCounted> made = new ArrayList<>();
    try (Training training =
        Training.on("CartPole-v1")
            .environments(Backend.NATIVE, numEnvs -> counted(made, "CartPole-v1", numEnvs))
            .build()) {
      assertThat(training.config().hyperparameters().collect().numEnvs()).isEqualTo(4);
      assertThat(made.stream().map(VectorEnv::numEnvs)).containsExactly(1, 4);
      assertThat(made.stream().map(each -> each.closes)).containsExactly(1, 0);
    }
    assertAllClosed(made, 2);
  }

  /** Which kind the environment has is not known when the number of environments is looked up. */
  @Test
  void whateverAConfigurationForTheOtherKindOfActionsThrowsIsIgnored() {
    try (Training training =
        Training.on("CartPole-v1")
            .hyperparameters(
                config -> {
                  if (config.collect().numSteps() > 128) {
                    throw new IllegalStateException("only for discrete actions");
                  }
                  return config;
                })
            .build()) {
      assertThat(training.config().hyperparameters().collect().numEnvs()).isEqualTo(4);
    }
  }

  @Test
  void whenTheNetworksCannotBeMadeItClosesTheEnvironments() {
    List<ClosesCounted> made = new ArrayList<>();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Training.on("CartPole-v1")
                    .config(c -> c.numEnvs(2))
                    .environments(numEnvs -> counted(made, "CartPole-v1", numEnvs))
                    .network(
                        (_, _) -> {
                          throw new IllegalStateException("no network");
                        })
                    .build())
        .withMessageEndingWith(" cannot make its networks: no network");
    assertAllClosed(made, 1);
  }

  @Test
  void whenAListenerCannotBeRestoredItClosesTheEnvironments() {
    train(cartPole(512));
    List<ClosesCounted> made = new ArrayList<>();
    class NotRestored extends CountsIterations {
      @Override
      public void restore(TrainingState state) {
        throw new IllegalArgumentException("not there");
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Training.resume(saved())
                    .environments(numEnvs -> counted(made, "CartPole-v1", numEnvs))
                    .listener(new NotRestored())
                    .build())
        .withMessage("not there");
    assertAllClosed(made, 1);
  }

  @Test
  void refusesWhatCannotBeTrained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.on("CartPole-v1").seed(-1))
        .withMessage("the seed must not be negative, but is -1");
    assertThatIllegalArgumentException().isThrownBy(() -> Training.on("CartPole-v1").threads(3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.on("CartPole-v1").stopAtReturn(Double.NaN));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> Training.on("CartPole-v1").checkpointing(new Checkpointing(-1, 3, 0, 10)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cartPole(511).build())
        .withMessageContaining("511")
        .withMessageContaining("512");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.on("NoSuch-v1").build())
        .withMessageContaining("ppo4j-gymnasium");
  }

  @Test
  void anEnvironmentsFailureIsTheTrainings() {
    ClosesCounted env =
        new ClosesCounted(Envs.make("CartPole-v1", 1)) {
          private int steps;

          @Override
          public void step(double[] actions, StepBatch out) {
            if (++steps == 200) {
              throw new EnvException("broken");
            }
            super.step(actions, out);
          }
        };
    List<String> calls = new ArrayList<>();
    try (env;
        Training training = Training.on(env).listener(new NamedCalls("a", calls)).build()) {
      assertThatExceptionOfType(EnvException.class).isThrownBy(training::run).withMessage("broken");
      assertThat(training.globalStep()).isEqualTo(128);
    }
    assertThat(calls)
        .containsExactly(
            "a started",
            "a iteration 1",
            "a finished FAILED 128 org.ppo4j.env.EnvException: broken");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void reportsProgress(int iterations) {
    List<String> lines = new ArrayList<>();
    train(cartPole(512L * iterations).listener(new ProgressLog(Duration.ZERO, lines::add)));
    assertThat(lines).hasSize(iterations);
    assertThat(lines.getLast())
        .matches(
            "%1$s of %1$s steps \\(100%%\\), [\\d,]+ steps/s, mean return [\\d.]+"
                .formatted(iterations == 1 ? "512" : "1,536"));
    lines.clear();
    train(cartPole(1024).listener(new ProgressLog(Duration.ofHours(1), lines::add)));
    assertThat(lines).as("only the last").hasSize(1);
  }

  private Path saved() {
    return folder.resolve("saved.zip");
  }

  /** Runs a training and returns its state, by way of {@link #saved}. */
  private TrainingState train(TrainingBuilder builder) {
    try (Training training = builder.build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      training.save(saved());
    }
    return Checkpoint.read(saved()).state();
  }

  private static VectorEnv counted(List<ClosesCounted> made, String id, int numEnvs) {
    made.add(new ClosesCounted(Envs.make(id, numEnvs)));
    return made.getLast();
  }

  private static void assertAllClosed(List<ClosesCounted> made, int count) {
    assertThat(made).hasSize(count).allSatisfy(each -> assertThat(each.closes).isEqualTo(1));
  }

  /** Notes what it receives. */
  private static final class NamedCalls implements TrainingListener {
    private final String name;
    private final List<String> calls;

    NamedCalls(String name, List<String> calls) {
      this.name = name;
      this.calls = calls;
    }

    @Override
    public void started(RunningTraining training) {
      calls.add(name + " started");
    }

    @Override
    public void iteration(Iteration iteration) {
      calls.add(name + " iteration " + iteration.number());
    }

    @Override
    public void finished(Finished finished) {
      calls.add(
          "%s finished %s %d %s"
              .formatted(name, finished.outcome(), finished.globalStep(), finished.failure()));
    }
  }

  private static class CountsIterations implements TrainingListener, Stateful {
    private long count;

    @Override
    public void iteration(Iteration iteration) {
      count++;
    }

    @Override
    public void save(TrainingState state) {
      state.put("user/count", new long[] {count});
    }

    @Override
    public void restore(TrainingState state) {
      count = state.has("user/count") ? state.longs("user/count")[0] : 0;
    }
  }
}
