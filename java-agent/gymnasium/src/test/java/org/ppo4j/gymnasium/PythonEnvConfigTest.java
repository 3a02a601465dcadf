package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PythonEnvConfigTest {
  private static final PythonEnvConfig CONFIG =
      new PythonEnvConfig(
          "X-v0",
          4,
          Map.of(),
          2,
          Path.of("python3"),
          WorkerLimits.DEFAULT,
          new WorkerSeeds(1, 1),
          null,
          false);

  @Test
  void refusesInvalidValues() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withWorkers(0))
        .withMessage("workers is 0: expected at least one process");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withStepTimeout(Duration.ZERO))
        .withMessageContaining("positive");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withStartTimeout(Duration.ofSeconds(-1)))
        .withMessage("startTimeout is PT-1S: expected a positive time");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withCloseTimeout(Duration.ZERO))
        .withMessageContaining("closeTimeout");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CONFIG.withSeed(-1))
        .withMessageContaining("negative");
  }

  @Test
  void noProcessIsWithoutSubEnvironments() {
    assertThat(CONFIG.withWorkers(9).processes()).isEqualTo(4);
    assertThat(CONFIG.withWorkers(3).processes()).isEqualTo(3);
  }

  @Test
  void anArgumentMayBeNull() {
    assertThat(CONFIG.withKwargs(Collections.singletonMap("goal", null)).kwargs())
        .containsKey("goal")
        .containsValue(null);
  }

  @Test
  void stepsAreSignalledInSharedMemoryOnX86Only() {
    assertThat(StepSignal.of("amd64")).isEqualTo(StepSignal.SHARED_MEMORY);
    assertThat(StepSignal.of("x86_64")).isEqualTo(StepSignal.SHARED_MEMORY);
    assertThat(StepSignal.of("aarch64")).isEqualTo(StepSignal.PY4J_CALL);
  }
}
