package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.run.RunFolder;

/** {@code --preset FILE}. */
class PresetFileTest {
  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("mine.json");
    write("CartPole-v1", "ppo");
  }

  private void write(String env, String algorithm) throws IOException {
    Files.writeString(
        file,
        """
        {"env": "%s", "algorithm": "%s",
         "hyperparameters": {"total_timesteps": 512, "num_steps": 32, "gamma": 0.95},
         "finding": {"command": "./ppo4j tune X", "search_seeds": [1000], "figure": 500,
                     "protocol": "mean", "seeds": [1, 2]}}
        """
            .formatted(env, algorithm));
  }

  private CommandRun train(String... more) {
    return CommandRun.shortTraining(folder.resolve("run"), more);
  }

  @Test
  void isOverriddenByOptionsAndRecorded() {
    CommandRun run = train("--preset=" + file, "--gamma=0.9");

    assertThat(run.exitCode()).as(run.err()).isZero();
    RunFolder recorded = RunFolder.open(folder.resolve("run"));
    assertThat(recorded.config().preset()).isEqualTo(file.toString());
    assertThat(recorded.config().hyperparameters().advantage().gamma()).isEqualTo(0.9);
    assertThat(recorded.config().hyperparameters().collect().numSteps()).isEqualTo(32);
  }

  @Test
  void isRefusedForAnotherEnvironment() throws IOException {
    write("Ant-v5", "ppo");

    CommandRun run = train("--preset=" + file);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("is for Ant-v5, not for CartPole-v1; to use it here, change");
    write("*", "ppo");
    assertThat(train("--preset=" + file).exitCode()).isZero();
  }

  @Test
  void isRefusedForAnotherAlgorithm() throws IOException {
    write("CartPole-v1", "a2c");

    CommandRun run = train("--preset=" + file);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains("has hyperparameters of a2c, not of ppo; give --algorithm a2c");
    assertThat(train("--preset=" + file, "--algorithm=a2c").exitCode()).isZero();
  }

  @Test
  void isRefusedIfDamaged() throws IOException {
    String whole = Files.readString(file);
    String none =
        whole.replaceFirst("(?s)\"hyperparameters\": \\{.*?\\}", "\"hyperparameters\": null");
    assertThat(none).isNotEqualTo(whole);
    for (String damaged : List.of("{", "null", none)) {
      Files.writeString(file, damaged);

      CommandRun run = train("--preset=" + file);

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err()).contains("is not a preset: expected JSON with env");
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
