package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** Workers that fail are replaced, and only the steps that they were doing are lost. */
@Tag("python")
class WorkerRestartTest {
  @AfterEach
  void nothingRemains() throws IOException {
    assertThat(TestWorkers.running()).isEmpty();
    assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
  }

  private static PythonEnvConfig counting() {
    return TestWorkers.config("Counting", 4).withWorkers(2).withMaxWorkerRestarts(10);
  }

  private static PythonEnvConfig faulty(String fault, int at) {
    return faulty(fault, "step", at);
  }

  private static PythonEnvConfig faulty(String fault, String where, int at) {
    return TestWorkers.config("Faulty", 4)
        .withWorkers(2)
        .withStepTimeout(Duration.ofSeconds(3))
        .withMaxWorkerRestarts(10)
        .withKwargs(Map.of("fault", fault, "where", where, "at", at));
  }

  @ParameterizedTest
  @ValueSource(strings = {"guard", "worker"})
  void aKilledWorkersStepIsATruncationWithItsLastObservation(String victim) {
    try (VectorEnv env = PythonVectorEnv.open(counting())) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      env.step(new double[4], batch);
      double[] before = batch.observations.clone();
      ProcessHandle guard = TestWorkers.running().getLast();
      ProcessHandle killed =
          victim.equals("guard") ? guard : guard.children().findFirst().orElseThrow();
      killed.destroyForcibly();
      guard.onExit().join();

      env.step(new double[4], batch);

      assertThat(env.restarts()).isEqualTo(1);
      int lost = batch.interrupted[0] ? 0 : 2;
      int kept = 2 - lost;
      for (int i = 0; i < 2; i++) {
        assertThat(batch.interrupted[lost + i]).isTrue();
        assertThat(batch.truncated[lost + i]).isTrue();
        assertThat(batch.terminated[lost + i]).isFalse();
        assertThat(batch.rewards[lost + i]).isZero();
        for (int j = 0; j < 3; j++) {
          int at = 3 * (lost + i) + j;
          assertThat(batch.finalObservations[at]).isEqualTo(before[at]);
        }
        assertThat(batch.observations[3 * (lost + i) + 1]).as("steps of the new episode").isZero();
        assertThat(batch.observations[3 * (lost + i) + 2])
            .as("another draw than in the first episode")
            .isNotEqualTo(before[3 * (lost + i) + 2]);
        assertThat(batch.interrupted[kept + i]).isFalse();
        assertThat(batch.rewards[kept + i]).isEqualTo(3);
      }

      env.step(new double[4], batch);
      assertThat(batch.interrupted).containsOnly(false);
      assertThat(batch.truncated).containsOnly(false);
      assertThat(batch.rewards[lost]).isEqualTo(1);
      assertThat(batch.rewards[kept]).isEqualTo(4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"die", "complain", "raise", "exit", "hang", "hang_in_native_code"})
  void faultsInStepsAreSurvived(String fault) {
    try (VectorEnv env = PythonVectorEnv.open(faulty(fault, 3))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      int interrupted = 0;
      for (int t = 1; t <= 6; t++) {
        env.step(new double[4], batch);
        for (boolean each : batch.interrupted) {
          interrupted += each ? 1 : 0;
        }
      }
      assertThat(env.restarts()).as("two workers, twice").isEqualTo(4);
      assertThat(interrupted).isEqualTo(8);
    }
  }

  /** The limit of a step in these tests is a minute. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStoppedWorkerIsReplacedLongBeforeTheLimitOfAStep(boolean withGuard)
      throws IOException, InterruptedException {
    try (VectorEnv env = PythonVectorEnv.open(counting())) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      ProcessHandle guard = TestWorkers.running().getFirst();
      ProcessHandle worker = guard.children().findFirst().orElseThrow();
      signal("STOP", worker);
      if (withGuard) {
        signal("STOP", guard);
        signal("KILL", worker); // which the guard cannot report
      }
      long start = System.nanoTime();
      env.step(new double[4], batch);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
      assertThat(env.restarts()).isEqualTo(1);
      assertThat(TestWorkers.becomesTrue(() -> !worker.isAlive())).as("gone").isTrue();
    }
  }

  @Test
  void aWorkerThatIsContinuedSoonIsNotReplaced() throws IOException, InterruptedException {
    try (VectorEnv env = PythonVectorEnv.open(counting())) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      ProcessHandle worker = TestWorkers.running().getFirst().children().findFirst().orElseThrow();
      signal("STOP", worker);
      Thread.ofPlatform()
          .start(
              () -> {
                try {
                  Thread.sleep(1100);
                  signal("CONT", worker);
                } catch (IOException | InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      env.step(new double[4], batch);
      assertThat(env.restarts()).isZero();
      assertThat(batch.rewards).containsOnly(1);
    }
  }

  @Test
  void aWorkerThatStopsWhileItStartsFailsLongBeforeTheLimit() {
    PythonEnvConfig config =
        TestWorkers.config("Faulty", 2)
            .withMaxWorkerRestarts(10)
            .withKwargs(Map.of("fault", "stop", "where", "make"));
    long start = System.nanoTime();
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> PythonVectorEnv.open(config).close())
        .withMessageContaining(
            "was stopped by a signal (SIGSTOP) while being started, and was killed");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  private static void signal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  @Test
  void allWorkersMayFailAtOnceAlsoBeforeAReset() {
    try (VectorEnv env = PythonVectorEnv.open(counting())) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      double[] first = batch.observations.clone();
      env.step(new double[4], batch);
      List<ProcessHandle> all = TestWorkers.running();
      all.forEach(ProcessHandle::destroyForcibly);
      all.forEach(each -> each.onExit().join());
      env.reset(1, batch);
      assertThat(env.restarts()).isEqualTo(2);
      assertThat(batch.observations).as("the seed's").isEqualTo(first);
      assertThat(batch.interrupted).containsOnly(false);
      env.step(new double[4], batch);
      assertThat(batch.rewards).containsOnly(1);
    }
  }

  @Test
  void whatIsRaisedInTheFirstStepFailsAtOnce() {
    try (VectorEnv env = PythonVectorEnv.open(faulty("raise", 1))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[4], batch))
          .withMessageContaining("failed in step: ValueError: the spring broke");
      assertThat(env.restarts()).isZero();
    }
  }

  /** The first worker has shown that environments can step, so that another may. */
  @Test
  void whatIsRaisedInTheFirstStepOfAnotherWorkerIsSurvived() {
    try (VectorEnv env = PythonVectorEnv.open(faulty("raise", "action", 1))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      for (int restarts = 1; restarts <= 2; restarts++) {
        env.step(new double[] {1, 0, 0, 0}, batch);
        assertThat(env.restarts()).isEqualTo(restarts);
        assertThat(batch.interrupted).containsExactly(true, true, false, false);
      }
    }
  }

  @Test
  void whatAnEnvironmentReturnsWronglyFailsAtOnce() {
    try (VectorEnv env = PythonVectorEnv.open(faulty("wrong_shape", 3))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      env.step(new double[4], batch);
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[4], batch))
          .withMessageContaining(" gave an observation of shape ");
      assertThat(env.restarts()).isZero();
    }
  }

  @Test
  void theNumberOfRestartsIsLimited() {
    PythonEnvConfig config = faulty("die", 2).withMaxWorkerRestarts(3);
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      env.step(new double[4], batch);
      env.step(new double[4], batch);
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[4], batch))
          .withMessageStartingWith(
              "workers were restarted 3 times, the limit (maxWorkerRestarts,"
                  + " --max-worker-restarts), and then the Python worker")
          .withMessageContaining("killed by signal 9");
      assertThatThrownBy(() -> env.step(new double[4], batch))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void anotherThreadMayCloseDuringARestart() throws InterruptedException {
    PythonEnvConfig config =
        TestWorkers.config("Slow", 1).withMaxWorkerRestarts(10).withKwargs(Map.of("make", 3));
    VectorEnv env = PythonVectorEnv.open(config);
    StepBatch batch = StepBatch.of(env);
    env.reset(1, batch);
    env.step(new double[1], batch);
    ProcessHandle worker = TestWorkers.running().getFirst();
    worker.destroyForcibly();
    worker.onExit().join();
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread stepping =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    env.step(new double[1], batch);
                  } catch (RuntimeException e) {
                    thrown.set(e);
                  }
                });
    assertThat(TestWorkers.becomesTrue(() -> env.restarts() == 1)).isTrue();
    assertThat(TestWorkers.becomesTrue(() -> !TestWorkers.running().isEmpty())).isTrue();
    env.close();
    stepping.join();
    assertThat(thrown.get()).isInstanceOf(IllegalStateException.class);
  }
}
