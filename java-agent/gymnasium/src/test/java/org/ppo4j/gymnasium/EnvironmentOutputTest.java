package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** What environments print, and from which seeds and folders they start. */
@Tag("python")
class EnvironmentOutputTest {
  @TempDir Path folder;

  private static PythonEnvConfig printing() {
    return TestWorkers.config("Faulty", 1).withKwargs(Map.of("fault", "print", "where", "step"));
  }

  private static void step(PythonEnvConfig config) {
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      env.step(new double[1], batch);
    }
  }

  @Test
  void whatEnvironmentsPrintIsAppendedToTheFile() throws IOException {
    Path file = folder.resolve("output");
    step(printing().withOutput(file));
    step(printing().withOutput(file));
    String warning =
        "worker 0: The observations returned by `reset` and the following `step` share";
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).filteredOn(line -> line.startsWith(warning)).hasSize(2);
    assertThat(lines)
        .filteredOn(line -> !line.startsWith(warning))
        .containsExactly(
            "worker 0: printed by the environment",
            "worker 0: printed by native code",
            "worker 0: printed by the environment",
            "worker 0: printed by native code");
  }

  @Test
  void aFileThatCannotBeWrittenIsRefused() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> step(printing().withOutput(folder.resolve("no/file"))))
        .withMessageContaining("--env-output");
  }

  @Test
  void linesThatNeverEndAreBounded() throws IOException {
    Path file = folder.resolve("output");
    PythonEnvConfig config =
        TestWorkers.config("Faulty", 1).withKwargs(Map.of("fault", "print_endlessly"));
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> step(config.withOutput(file)))
        .satisfies(e -> assertThat(e.toString().length()).isLessThan(10_000))
        .withMessageContaining("exited with 3");
    assertThat(Files.size(file)).isLessThan(10_000);
  }

  @Test
  void globalGeneratorsAndHashesFollowTheSeed() {
    PythonEnvConfig config = TestWorkers.config("Chance", 4).withWorkers(2);
    double[] first = chances(config.withSeed(5), 1);
    assertThat(chances(config.withSeed(5), 1)).isEqualTo(first);
    double[] others = chances(config.withSeed(6), 2);
    for (int i = 0; i < first.length; i++) {
      assertThat(others[i]).as("number %d", i).isNotEqualTo(first[i]);
    }
    assertThat(first[0]).as("the two workers' numpy.random").isNotEqualTo(first[2 * 4]);
    assertThat(first[3]).as("their hashes").isEqualTo(first[2 * 4 + 3]);
  }

  private static double[] chances(PythonEnvConfig config, long seed) {
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(seed, batch);
      return batch.observations.clone();
    }
  }

  @Test
  void manyWorkersThatHangInClosingEndWithinOneLimit() {
    VectorEnv env =
        PythonVectorEnv.open(
            TestWorkers.config("Faulty", 4)
                .withWorkers(4)
                .withCloseTimeout(Duration.ofSeconds(4))
                .withKwargs(Map.of("fault", "hang", "where", "close")));
    long start = System.nanoTime();
    env.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(12));
    assertThat(TestWorkers.running()).isEmpty();
  }
}
