package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.slf4j.LoggerFactory;

/** Workers that fail are replaced by others that repeat what they did, and nothing is lost. */
@Tag("python")
class ExactRecoveryTest {
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @BeforeEach
  void listen() {
    log.start();
    logger().addAppender(log);
  }

  @AfterEach
  void nothingRemains() throws IOException {
    logger().detachAppender(log);
    assertThat(TestWorkers.running()).isEmpty();
    assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger("org.ppo4j.gymnasium");
  }

  private List<String> warnings() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private static void killWorkers(int count) {
    List<ProcessHandle> all = TestWorkers.running().subList(0, count);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(each -> each.onExit().join());
  }

  /** What a training gives: its parameters, bit for bit, and its episodes. */
  private record Trained(List<Integer> parameters, List<Episode> episodes, long restarts) {}

  /** Kills a worker before the second, the fifth and the sixth iteration, if wanted. */
  private static Trained train(Algorithm algorithm, boolean killing) {
    PythonEnvConfig config =
        TestWorkers.gymnasium("CartPole-v1", 4)
            .withWorkers(2)
            .withSeed(3)
            .withMaxWorkerRestarts(10)
            .withExactRecovery(true);
    List<Episode> episodes = new ArrayList<>();
    List<float[]> parameters = new ArrayList<>();
    try (PythonVectorEnv env = PythonVectorEnv.open(config);
        Training training =
            Training.on(env)
                .algorithm(algorithm)
                .seed(3)
                .config(c -> c.numSteps(64).totalTimesteps(8 * 4 * 64))
                .config(
                    c -> {
                      if (algorithm == Algorithm.GRPO) {
                        c.groupSize(2);
                      }
                    })
                .build()) {
      training.add(
          new TrainingListener() {
            private @Nullable RunningTraining running;

            @Override
            public void started(RunningTraining started) {
              running = started;
            }

            @Override
            public void episode(Episode episode) {
              episodes.add(episode);
            }

            @Override
            public void iteration(Iteration iteration) {
              long number = iteration.number();
              if (killing && (number == 1 || number == 4 || number == 5)) {
                killWorkers(number == 5 ? 2 : 1);
              }
              parameters.add(
                  Objects.requireNonNull(running)
                      .checkpoint()
                      .state()
                      .floats("network/parameters")
                      .clone());
            }
          });
      training.run();
      List<Integer> bits = new ArrayList<>();
      for (float parameter : parameters.getLast()) {
        bits.add(Float.floatToRawIntBits(parameter));
      }
      return new Trained(bits, episodes, env.restarts());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ppo", "grpo"})
  void aTrainingWhoseWorkersAreKilledEndsWithTheSameBytes(String algorithm) {
    Trained undisturbed = train(Algorithm.of(algorithm), false);
    Trained killed = train(Algorithm.of(algorithm), true);
    assertThat(killed.parameters).isNotEmpty().isEqualTo(undisturbed.parameters);
    assertThat(killed.episodes).isNotEmpty().isEqualTo(undisturbed.episodes);
    assertThat(undisturbed.restarts).isZero();
    assertThat(killed.restarts).isEqualTo(4);
    assertThat(warnings()).anyMatch(line -> line.contains(" steps since the reset are repeated"));
  }

  /** The checksum of what is repeated is over bytes as over numbers. */
  @Test
  void imagesOfBytesAreRepeatedToo() {
    List<String> undisturbed = images(false);
    assertThat(images(true)).isEqualTo(undisturbed);
  }

  /** Returns the observations of five steps, after the third of which a worker may be killed. */
  private List<String> images(boolean killing) {
    PythonEnvConfig config =
        TestWorkers.config("Show", 2)
            .withWorkers(2)
            .withMaxWorkerRestarts(10)
            .withExactRecovery(true)
            .withKwargs(Map.of("space", "images"));
    List<String> seen = new ArrayList<>();
    try (PythonVectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.ofBytes(env);
      env.reset(1, batch);
      for (int t = 0; t < 5; t++) {
        env.step(new double[2], batch);
        assertThat(batch.interrupted).containsOnly(false);
        seen.add(Arrays.toString(batch.observations) + Arrays.toString(batch.byteObservations));
        if (killing && t == 2) {
          killWorkers(1);
        }
      }
      assertThat(env.restarts()).isEqualTo(killing ? 1 : 0);
    }
    return seen;
  }

  @Test
  void anEnvironmentThatGivesSomethingElseLosesItsStepAsWithoutTheOption() {
    PythonEnvConfig config =
        TestWorkers.config("Unrepeatable", 2).withMaxWorkerRestarts(10).withExactRecovery(true);
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[2], batch);
      env.step(new double[2], batch);
      killWorkers(1);
      env.step(new double[2], batch);
      assertThat(batch.interrupted).containsOnly(true);
      assertThat(warnings())
          .anyMatch(
              line ->
                  line.contains(
                      "Unrepeatable-v0 is not deterministic: its repetition gave other"
                          + " observations, rewards or masks of actions at step 1 after the reset"
                          + " than before, so exactRecovery (--exact-recovery) has no effect from"
                          + " now on"));
      env.step(new double[2], batch);
      killWorkers(1);
      env.step(new double[2], batch);
      assertThat(batch.interrupted).containsOnly(true);
      assertThat(env.restarts()).as("the one that was in vain is one too").isEqualTo(3);
    }
  }

  /** Masks are compared where the caller reads them, and only there. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void masksAreComparedToo(boolean areRead) {
    PythonEnvConfig config =
        TestWorkers.config("Unrepeatable", 2)
            .withMaxWorkerRestarts(10)
            .withExactRecovery(true)
            .withKwargs(Map.of("masks", true));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      int numbers = env.spec().observationSpace().size();
      StepBatch batch = areRead ? StepBatch.of(env) : new StepBatch(2, numbers);
      assertThat(batch.hasMasks()).isEqualTo(areRead);
      env.reset(1, batch);
      for (int t = 0; t < 40; t++) {
        env.step(new double[2], batch);
      }
      killWorkers(1);
      env.step(new double[2], batch);
      assertThat(batch.interrupted).containsOnly(areRead);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"die", "raise"})
  void aStepThatFailsAgainIsLost(String fault) {
    PythonEnvConfig config =
        TestWorkers.config("Faulty", 2)
            .withStepTimeout(Duration.ofSeconds(3))
            .withMaxWorkerRestarts(10)
            .withExactRecovery(true)
            .withKwargs(Map.of("fault", fault, "where", "step", "at", 3));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      for (int t = 1; t <= 3; t++) {
        env.step(new double[2], batch);
      }
      assertThat(batch.interrupted).containsOnly(true);
      assertThat(env.restarts()).isEqualTo(2);
      assertThat(warnings())
          .anyMatch(
              line -> line.contains(" fails again in the same step, which is therefore lost"));
      env.step(new double[2], batch);
      assertThat(batch.interrupted).containsOnly(false);
    }
  }

  @Test
  void whatDoesNotFitIntoMemoryIsForgottenWithAWord() {
    try (PythonVectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 2))) {
      StepBatch batch = StepBatch.of(env);
      PythonEnvConfig config = TestWorkers.config("Counting", 2).withExactRecovery(true);
      Replays replays = new Replays(env.spec(), config, 150_000); // one chunk of 24 bytes a step
      env.reset(1, batch);
      replays.note(0, each -> each.reset(1, batch));
      for (int t = 1; t < 4096; t++) {
        replays.note(0, each -> each.step(new double[2], batch));
      }
      assertThat(replays.isPossible(0)).isTrue();
      assertThat(replays.steps(0)).isEqualTo(4095);
      replays.note(0, each -> each.step(new double[2], batch));
      assertThat(replays.isPossible(0)).isFalse();
      assertThat(warnings()).singleElement().asString().contains("so exactRecovery (--exact-");
      replays.note(0, each -> each.reset(1, batch));
      assertThat(replays.isPossible(0)).isTrue();
    }
  }
}
