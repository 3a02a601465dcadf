package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The start and the end of workers, also if they end first. */
@Tag("python")
class PythonLifecycleTest {
  @TempDir Path folder;

  @Test
  void closingIsOrderlyAndLeavesNoProcessAndNoFile() throws IOException {
    Map<String, Object> kwargs = Map.of("where", "never", "note", note().toString());
    VectorEnv env =
        PythonVectorEnv.open(TestWorkers.config("Faulty", 2).withWorkers(2).withKwargs(kwargs));
    List<ProcessHandle> workers = TestWorkers.running();
    assertThat(workers).hasSize(2);
    env.reset(0, StepBatch.of(env));
    env.close();
    env.close();
    // A worker that had to be killed would not have noted its exit.
    assertThat(Files.readAllLines(note()))
        .containsExactlyInAnyOrder("close", "close", "exit", "exit");
    assertThat(workers).noneMatch(ProcessHandle::isAlive);
    assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
  }

  /** Where environments note what they do. */
  private Path note() {
    return folder.resolve("note");
  }

  @Test
  void closingClosesEnvironmentsAndSurvivesTheirFailures() throws IOException {
    for (String fault : new String[] {"print", "raise", "die"}) {
      Files.deleteIfExists(note());
      VectorEnv env =
          PythonVectorEnv.open(
              TestWorkers.config("Faulty", 1)
                  .withKwargs(Map.of("fault", fault, "where", "close", "note", note().toString())));
      env.close();
      assertThat(Files.readAllLines(note())).as(fault).startsWith("close", "close fails");
      assertThat(TestWorkers.running()).isEmpty();
    }
  }

  @Test
  void closingEndsWhatEnvironmentsStarted() throws InterruptedException {
    VectorEnv env =
        PythonVectorEnv.open(
            TestWorkers.config("Faulty", 1).withKwargs(Map.of("fault", "spawn", "where", "make")));
    List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
    assertThat(all).as("the guard, the worker and its child").hasSize(3);
    env.close();
    assertThat(TestWorkers.becomesTrue(() -> all.stream().noneMatch(ProcessHandle::isAlive)))
        .isTrue();
  }

  /** A signal that ends the guard, rather than the worker, keeps it from doing its work. */
  @ParameterizedTest
  @ValueSource(strings = {"KILL", "SEGV", "ABRT"})
  void whatEnvironmentsStartedEndsWhereTheGuardIsKilled(String signal)
      throws IOException, InterruptedException {
    VectorEnv env =
        PythonVectorEnv.open(
            TestWorkers.config("Faulty", 1).withKwargs(Map.of("fault", "spawn", "where", "make")));
    List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
    assertThat(all).as("the guard, the worker and its child").hasSize(3);
    ProcessHandle guard = TestWorkers.running().getFirst();
    new ProcessBuilder("kill", "-" + signal, Long.toString(guard.pid())).start().waitFor();
    assertThat(TestWorkers.becomesTrue(() -> !guard.isAlive())).isTrue();
    assertThatThrownBy(() -> env.reset(0, StepBatch.of(env))).isInstanceOf(EnvException.class);
    env.close();
    assertThat(TestWorkers.becomesTrue(() -> all.stream().noneMatch(ProcessHandle::isAlive)))
        .isTrue();
  }

  /** The environment would hang for an hour. */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closingAHungEnvironmentIsBounded() {
    VectorEnv env =
        PythonVectorEnv.open(
            TestWorkers.config("Faulty", 1).withKwargs(Map.of("fault", "hang", "where", "close")));
    env.close();
    assertThat(TestWorkers.running()).isEmpty();
  }

  @Test
  void anotherThreadMayCloseDuringAStep() throws InterruptedException {
    VectorEnv env =
        PythonVectorEnv.open(
            TestWorkers.config("Faulty", 1)
                .withKwargs(Map.of("fault", "hang", "where", "step", "note", note().toString())));
    StepBatch batch = StepBatch.of(env);
    env.reset(0, batch);
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
    assertThat(TestWorkers.becomesTrue(() -> Files.exists(note())))
        .as("the step has begun")
        .isTrue();
    env.close();
    stepping.join();
    assertThat(thrown.get())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThat(TestWorkers.running()).isEmpty();
    assertThatThrownBy(() -> env.step(new double[1], batch))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void theMapIsPrivateAndItsNameIsDeleted() throws IOException {
    Space two = new Space.Discrete(2);
    BridgeLayout layout = BridgeLayout.of(1, two, two, 0);
    try (SharedMap map = new SharedMap(layout, two)) {
      assertThat(Files.getPosixFilePermissions(map.file()))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      assertThat(Files.size(map.file())).isEqualTo(layout.size());
    }
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 1))) {
      assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
      env.reset(0, StepBatch.of(env));
    }
  }

  @Test
  void noSecretIsOnTheCommandLineAndThisJvmListensNowhere() throws IOException {
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 1))) {
      env.reset(0, StepBatch.of(env));
      for (ProcessHandle process : ProcessHandle.current().descendants().toList()) {
        assertThat(process.info().arguments().orElseThrow()).containsExactly("-m", "ppo4j_bridge");
        assertThat(listening(process.pid())).as("closed behind Java").isEmpty();
      }
      assertThat(listening(ProcessHandle.current().pid())).isEmpty();
    }
  }

  /** Returns the local addresses, in hexadecimal, on which a process listens for TCP. */
  private static List<String> listening(long pid) throws IOException {
    List<String> inodes;
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/%d/fd".formatted(pid)))) {
      inodes = descriptors.map(PythonLifecycleTest::target).toList();
    }
    try (Stream<String> lines =
        Stream.of("tcp", "tcp6")
            .map(table -> Path.of("/proc/%d/net/%s".formatted(pid, table)))
            .flatMap(PythonLifecycleTest::lines)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(words -> words[3].equals("0A") && inodes.contains("socket:[" + words[9] + "]"))
          .map(words -> words[1])
          .toList();
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed in the meantime
    }
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The main class of a separate JVM that steps, or waits in a hung step, until it is killed. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      PythonEnvConfig config =
          TestWorkers.config("Faulty", 2)
              .withWorkers(2)
              .withKwargs(Map.of("fault", arguments[0], "where", "step", "at", 100));
      VectorEnv env = PythonVectorEnv.open(config);
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      for (long t = 1; ; t++) {
        if (t == 100) {
          System.out.println("stepping");
        }
        env.step(new double[2], batch);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"print", "hang", "hang_in_native_code"})
  void workersEndWithTheirJvm(String fault) throws IOException, InterruptedException {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Dppo4j.test.python=" + TestWorkers.PYTHON,
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                fault)
            .redirectError(folder.resolve("errors").toFile())
            .start();
    try (BufferedReader output = jvm.inputReader(StandardCharsets.UTF_8)) {
      String line = output.readLine();
      while (line != null && !line.equals("stepping")) {
        line = output.readLine();
      }
      List<ProcessHandle> workers = jvm.children().toList();
      assertThat(workers).as(() -> errors()).hasSize(2);
      jvm.destroyForcibly().waitFor();
      assertThat(TestWorkers.becomesTrue(() -> workers.stream().noneMatch(ProcessHandle::isAlive)))
          .isTrue();
      assertThat(TestWorkers.mapFiles(jvm.pid())).isEmpty();
    } finally {
      jvm.descendants().forEach(ProcessHandle::destroyForcibly);
      jvm.destroyForcibly();
    }
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
