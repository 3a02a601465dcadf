package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.config.RunConfig.Backend;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The environment that is made to learn the spaces is one of those that are used. */
@Tag("python")
class GrowTest {
  @TempDir Path folder;

  @AfterEach
  void nothingRemains() throws IOException {
    assertThat(TestWorkers.running()).isEmpty();
    assertThat(TestWorkers.mapFiles(ProcessHandle.current().pid())).isEmpty();
  }

  private static List<double[]> trajectory(VectorEnv env) {
    List<double[]> seen = new ArrayList<>();
    StepBatch batch = StepBatch.of(env);
    env.reset(5, batch);
    seen.add(batch.observations.clone());
    for (int t = 0; t < 10; t++) {
      env.step(new double[env.numEnvs()], batch);
      seen.add(batch.observations.clone());
      seen.add(batch.rewards.clone());
    }
    return seen;
  }

  @ParameterizedTest
  @CsvSource({
    "Counting, 1, 4",
    "Counting, 2, 4",
    "Counting, 3, 5",
    "Chance, 2, 5",
    "CountingVector, 2, 4",
    "Counting, 8, 2"
  })
  void whatGrewIsWhatIsMadeAtOnce(String name, int workers, int numEnvs) {
    List<double[]> atOnce;
    PythonEnvConfig config = TestWorkers.config(name, 1).withWorkers(workers).withSeed(7);
    try (VectorEnv env = PythonVectorEnv.open(config.withNumEnvs(numEnvs))) {
      atOnce = trajectory(env);
    }
    PythonVectorEnv single = PythonVectorEnv.open(config);
    try (VectorEnv env = single.grow(numEnvs)) {
      assertThat(env.numEnvs()).isEqualTo(numEnvs);
      assertThat(trajectory(env)).usingRecursiveComparison().isEqualTo(atOnce);
      single.close();
      trajectory(env);
    }
  }

  @Test
  void aTrainingThatLearnsTheSpacesMakesNoEnvironmentTwice() throws IOException {
    Path note = folder.resolve("note");
    String id = "bridge_test_envs:ppo4j/Made-v0";
    int numEnvs;
    try (Training training =
        Training.on(id)
            .envKwargs(Map.of("note", note.toString()))
            .environments(
                Backend.PYTHON,
                n ->
                    PythonVectorEnv.open(
                        TestWorkers.config("Made", n)
                            .withWorkers(2)
                            .withKwargs(Map.of("note", note.toString()))))
            .build()) {
      numEnvs = training.config().hyperparameters().collect().numEnvs();
      assertThat(TestWorkers.running()).hasSize(2);
    }
    assertThat(numEnvs).isGreaterThan(1);
    assertThat(Files.readAllLines(note)).hasSize(numEnvs);
  }

  @Test
  void onlyWhatWasNeverResetGrows() {
    try (PythonVectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 2))) {
      assertThatThrownBy(() -> env.grow(1)).isInstanceOf(IllegalStateException.class);
      env.reset(1, StepBatch.of(env));
      assertThatThrownBy(() -> env.grow(4))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("expected one worker that was never reset");
    }
  }

  @Test
  void whatCannotGrowIsClosed() {
    PythonEnvConfig config =
        TestWorkers.config("Made", 1)
            .withKwargs(Map.of("note", folder.resolve("note").toString(), "once", true));
    PythonVectorEnv env = PythonVectorEnv.open(config);
    assertThatThrownBy(() -> env.grow(2).close())
        .isInstanceOf(EnvException.class)
        .hasMessageContaining("sub-environment 1 of ")
        .hasMessageContaining("there can be only one");
    assertThat(TestWorkers.running()).isEmpty();
    env.close();
  }
}
