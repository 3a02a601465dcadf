package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.numeric.FiniteChecks;
import org.ppo4j.agent.run.RunFolder;

class NonFiniteTest {
  @TempDir private Path parent;

  /**
   * Step 41 of sub-environment 2 of 4 is step 164 over all sub-environments, in the second
   * iteration of 128.
   */
  @ParameterizedTest
  @CsvSource({
    "reward, NaN, 41, the reward of sub-environment 2 is NaN at step 164",
    "reward, Infinity, 41, the reward of sub-environment 2 is Infinity at step 164",
    "observation, NaN, 41, the observation of sub-environment 2 is NaN at step 164",
    "observation, -Infinity, 41, the observation of sub-environment 2 is -Infinity at step 164",
    "observation, NaN, 50, the final observation of sub-environment 2 is NaN at step 200"
  })
  void theFirstNonFiniteNumberOfAnEnvironmentStopsTraining(
      String quantity, String value, String at, String message) {
    Path path = parent.resolve("run");
    CommandRun run =
        CommandRun.shortTraining(
            path,
            Walk.register(),
            "--num-envs=4",
            "--env-kwargs=quantity=" + quantity,
            "--env-kwargs=value='" + value + "'",
            "--env-kwargs=at=" + at);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("ppo4j: %s, but must be finite; fix the environment".formatted(message));
    assertLastGoodState(RunFolder.open(path), 128);
  }

  @Test
  void anExceptionOfAnEnvironmentStopsTrainingAndLeadsToItsTrace() {
    Path path = parent.resolve("run");
    CommandRun run =
        CommandRun.shortTraining(
            path,
            Walk.register(),
            "--num-envs=4",
            "--env-kwargs=quantity=step",
            "--env-kwargs=at=41");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("ppo4j: Walk-v0: sub-environment 2 failed in step: ")
        .contains("the floor is gone (--debug shows where)")
        .doesNotContain("\tat ");
    assertThat(RunFolder.open(path).latestCheckpoint()).isPresent();
  }

  /**
   * A step this long makes parameters or outputs of the network infinite; either may be noticed
   * first.
   */
  @ParameterizedTest
  @ValueSource(strings = {"1e38", "1e20"})
  void aDivergedNetworkStopsTraining(String learningRate) {
    Path path = parent.resolve("run");
    CommandRun run =
        CommandRun.shortTraining(
            path, "--learning-rate=" + learningRate, "--max-grad-norm=Infinity");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .containsPattern("ppo4j: the [a-z0-9' ]+ is (NaN|-?Infinity) at step 128")
        .contains("lower --learning-rate");
    assertLastGoodState(RunFolder.open(path), 0);
  }

  private static void assertLastGoodState(RunFolder folder, long step) {
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(folder.summary().error()).contains("must be finite");
    Checkpoint checkpoint = Checkpoint.read(folder.latestCheckpoint().orElseThrow());
    assertThat(checkpoint.globalStep()).isEqualTo(step);
    assertThat(FiniteChecks.areFinite(checkpoint.state().floats("network/parameters"))).isTrue();
    assertThat(FiniteChecks.areFinite(checkpoint.state().floats("adam/m"))).isTrue();
  }
}
