package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** Real faults: each is reported in a sentence, in time, and leaves no process and no file. */
@Tag("python")
class PythonFailureTest {
  private static final Duration SOON = Duration.ofSeconds(1);

  @TempDir Path folder;

  @AfterEach
  void nothingRemains() throws IOException {
    assertThat(TestWorkers.running()).isEmpty();
    assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
  }

  private static PythonEnvConfig faulty(String fault, String where) {
    return TestWorkers.config("Faulty", 4)
        .withWorkers(2)
        .withKwargs(Map.of("fault", fault, "where", where));
  }

  private static EnvException openingFails(PythonEnvConfig config) {
    return catchThrowableOfType(
        EnvException.class, () -> PythonVectorEnv.open(config, StepSignal.SHARED_MEMORY).close());
  }

  private static EnvException steppingFails(PythonEnvConfig config, StepSignal signal) {
    try (VectorEnv env = PythonVectorEnv.open(config, signal)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      EnvException failure =
          catchThrowableOfType(
              EnvException.class,
              () -> {
                for (int t = 0; t < 5; t++) {
                  env.step(new double[env.numEnvs()], batch);
                }
              });
      assertThat(TestWorkers.running()).as("before closing").isEmpty();
      return failure;
    }
  }

  @Test
  void constructorRaises() {
    assertThat(openingFails(faulty("raise", "make")))
        .hasMessageStartingWith(
            "sub-environment 0 of bridge_test_envs:ppo4j/Faulty-v0 cannot be made: "
                + "ValueError: the spring broke")
        .hasMessageContaining("bridge_test_envs.py");
  }

  @Test
  void observationIsNotWhatItsSpaceSays() {
    PythonEnvConfig third =
        faulty("wrong_shape", "step")
            .withKwargs(Map.of("fault", "wrong_shape", "where", "step", "at", 3));
    assertThat(steppingFails(third, StepSignal.SHARED_MEMORY))
        .hasMessage(
            "sub-environment 0 of bridge_test_envs:ppo4j/Faulty-v0 gave an observation of shape"
                + " (3,) at step 3 of episode 1, but its space Box(-inf, inf, (1,), float64) has"
                + " shape (1,); fix the environment");
  }

  @Test
  void resetRaises() {
    try (VectorEnv env = PythonVectorEnv.open(faulty("raise", "reset"))) {
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.reset(0, StepBatch.of(env)))
          .withMessageContaining("failed in reset: ValueError: the spring broke");
    }
  }

  @ParameterizedTest
  @EnumSource
  void stepRaises(StepSignal signal) {
    PythonEnvConfig config =
        TestWorkers.config("Counting", 4)
            .withWorkers(2)
            .withKwargs(Map.of("fail_at", 4, "terminate_at", 3, "spread", 3));
    // Seeds 1 to 4 draw 0.51, 0.26, 0.09 and 0.94: only episodes 1 and 4 last beyond three steps.
    assertThat(steppingFails(config, signal))
        .hasMessageMatching(
            "(?s)sub-environment [03] of bridge_test_envs:ppo4j/Counting-v0 failed in step: "
                + "RuntimeError: the spring broke\n.*bridge_test_envs.py.*")
        .hasMessageContaining("raise RuntimeError");
  }

  @ParameterizedTest
  @CsvSource({
    "die, killed by signal 9",
    "complain, exited with 3; its last lines on standard error:",
    "complain, the wheels squeak",
    "exit, SystemExit: no more"
  })
  void workerEndsDuringAStep(String fault, String message) {
    for (StepSignal signal : StepSignal.values()) {
      assertThat(steppingFails(faulty(fault, "step"), signal))
          .hasMessageContaining("Faulty-v0")
          .hasMessageContaining(message);
    }
  }

  @ParameterizedTest
  @EnumSource
  void workerEndsDuringAReset(StepSignal signal) {
    try (VectorEnv env = PythonVectorEnv.open(faulty("die", "reset"), signal)) {
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.reset(1, StepBatch.of(env)))
          .withMessageContaining("was lost while resetting: it was killed by signal 9");
    }
  }

  @ParameterizedTest
  @EnumSource
  void workerIsKilledBetweenSteps(StepSignal signal) {
    try (VectorEnv env =
        PythonVectorEnv.open(TestWorkers.config("Counting", 4).withWorkers(2), signal)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[4], batch);
      ProcessHandle worker = TestWorkers.running().getLast();
      worker.destroyForcibly();
      worker.onExit().join();
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.step(new double[4], batch))
          .withMessageContaining("was lost while stepping: it was killed by signal 9");
      assertThat(TestWorkers.running()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "hang, SHARED_MEMORY",
    "hang, PY4J_CALL",
    "hang_in_native_code, SHARED_MEMORY",
    "hang_in_native_code, PY4J_CALL"
  })
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void workerHangsInAStep(String fault, StepSignal signal) {
    assertThat(steppingFails(faulty(fault, "step").withStepTimeout(SOON), signal))
        .hasMessageContaining(
            "was still stepping after 1.0 s, the limit (stepTimeout, --step-timeout), and was"
                + " killed");
  }

  @Test
  void workerHangsInTheConstructor() {
    assertThat(openingFails(faulty("hang", "make").withStartTimeout(Duration.ofSeconds(5))))
        .hasMessageContaining("was still being started after 5.0 s");
  }

  @Test
  void pythonIsMissing() {
    assertThat(openingFails(faulty("print", "step").withPython(Path.of("/no/such/python"))))
        .hasMessageStartingWith("cannot start /no/such/python")
        .hasMessageContaining("PPO4J_PYTHON");
  }

  @Test
  void packagesAreMissing() throws IOException {
    Path bare = script("exec " + TestWorkers.PYTHON + " -I -S \"$@\"");
    assertThat(openingFails(faulty("print", "step").withPython(bare)))
        .hasMessage(
            "%1$s lacks the packages gymnasium, py4j, numpy: run %1$s -m pip install 'gymnasium>=1.0,<2' py4j==%2$s 'numpy>=1.23.2,<3'"
                .formatted(bare, PinnedVersions.PY4J));
  }

  @Test
  void pythonIsTooOld() throws IOException {
    Path old = script("echo python 3 10; echo missing py4j");
    assertThat(openingFails(faulty("print", "step").withPython(old)))
        .hasMessage(
            old
                + " is Python 3.10: expected 3.11 or newer; install one and set PPO4J_PYTHON to"
                + " it");
  }

  @Test
  void pythonPrintsAtItsStart() throws IOException {
    Path chatty = script("echo Good morning; exec " + TestWorkers.PYTHON + " \"$@\"");
    assertThat(openingFails(faulty("print", "step").withPython(chatty)))
        .hasMessageContaining("printed 'Good morning' before the bridge started");
  }

  @Test
  void pythonEndsAtItsStart() throws IOException {
    Path broken = script("echo out of order >&2; exit 7");
    assertThat(openingFails(faulty("print", "step").withPython(broken)))
        .hasMessageContaining("the bridge did not start: it exited with 7")
        .hasMessageContaining("out of order");
  }

  @Test
  void anotherVersionOfTheBridge() throws IOException {
    Path old = script("test $1 = -c && exit; echo ppo4j-bridge 1 1234; exec sleep 60");
    assertThat(openingFails(faulty("print", "step").withPython(old)))
        .hasMessage(
            "the package ppo4j_bridge in %1$s speaks version 1 of the protocol instead of 6: run %1$s -m pip uninstall -y ppo4j-bridge, after which this program uses its own copy"
                .formatted(old));
  }

  private Path script(String body) throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    Path script = Files.createFile(folder.resolve("python"), mode);
    Files.writeString(script, "#!/bin/sh\n" + body + "\n");
    return script;
  }

  @Test
  void unknownId() {
    assertThat(openingFails(TestWorkers.gymnasium("CartPol-v1", 1)))
        .hasMessageContaining("CartPol-v1 cannot be made")
        .hasMessageContaining("Did you mean: `CartPole`");
  }

  @Test
  void wrongArgument() {
    assertThat(
            openingFails(TestWorkers.gymnasium("CartPole-v1", 1).withKwargs(Map.of("gravity", 3))))
        .hasMessageContaining("unexpected keyword argument 'gravity'");
  }

  @Test
  void unsupportedSpaces() {
    assertThat(openingFails(TestWorkers.config("Echo", 1).withKwargs(Map.of("space", "text"))))
        .hasMessageContaining("action space Text(")
        .hasMessageContaining("is not supported: expected");
    assertThat(openingFails(TestWorkers.config("Show", 1).withKwargs(Map.of("space", "uint64"))))
        .hasMessageContaining("a Box of dtype uint64 is not supported");
  }

  @Test
  void vectorEntryPointOfAnotherAutoresetMode() {
    assertThat(
            openingFails(
                TestWorkers.config("CountingVector", 2).withKwargs(Map.of("mode", "NextStep"))))
        .hasMessageContaining("expected AutoresetMode.SAME_STEP");
  }

  @Test
  void int64BeyondDoubles() {
    PythonEnvConfig config = TestWorkers.config("Show", 1).withKwargs(Map.of("space", "int64"));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(() -> env.reset(0, StepBatch.of(env)))
          .withMessageContaining("which a double cannot represent");
    }
  }

  @Test
  void printingEnvironmentsDisturbNothing() {
    try (VectorEnv env = PythonVectorEnv.open(faulty("print", "step"))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      for (int t = 0; t < 50; t++) {
        env.step(new double[4], batch);
        assertThat(batch.rewards).containsOnly(1);
      }
    }
  }
}
