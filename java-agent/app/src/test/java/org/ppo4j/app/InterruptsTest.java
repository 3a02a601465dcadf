package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunSummary;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals to send")
class InterruptsTest {

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143", "HUP, 129"})
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void stopsCleanlyWithACheckpoint(String signal, int exitCode, @TempDir Path parent)
      throws IOException, InterruptedException {
    Path runDir = parent.resolve("run");
    Process process = training(runDir, "--total-timesteps=1000000000");
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.contains("steps/s")) {
        line = output.readLine();
      }
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();

      List<String> rest = output.lines().toList(); // until it ends
      assertThat(rest)
          .anyMatch(each -> each.startsWith("Stopping after this update"))
          .anyMatch(each -> each.startsWith("Stopped after"));
      assertThat(process.waitFor()).isEqualTo(exitCode);
    } finally {
      process.destroyForcibly();
    }
    RunSummary summary = RunFolder.open(runDir).summary();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(summary.totalSteps()).isPositive();
    Path checkpoint = RunFolder.open(runDir).latestCheckpoint().orElseThrow();
    assertThat(Checkpoint.read(checkpoint).globalStep()).isEqualTo(summary.totalSteps());
  }

  /** An update of minutes is left in its middle, and so is an evaluation without an end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--num-envs=8 --num-steps=20000 --update-epochs=1000 --total-timesteps=100000000",
        "--env-kwargs=max_episode_steps=-1 --eval-every=20000 --total-timesteps=100000000"
      })
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void leavesWhatTakesLong(String options, @TempDir Path parent)
      throws IOException, InterruptedException {
    Path runDir = parent.resolve("run");
    Process process = training(runDir, options.split(" "));
    try (BufferedReader output = process.inputReader()) {
      while (!Files.exists(runDir.resolve("episodes.csv"))) {
        Thread.sleep(50);
      }
      Thread.sleep(3000);
      long start = System.nanoTime();
      new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start().waitFor();

      assertThat(process.waitFor()).isEqualTo(143);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
      assertThat(output.lines()).noneMatch(each -> each.contains("does not answer"));
    } finally {
      process.destroyForcibly();
    }
    RunSummary summary = RunFolder.open(runDir).summary();
    assertThat(summary.outcome()).isEqualTo(Outcome.STOPPED);
    Path checkpoint = RunFolder.open(runDir).latestCheckpoint().orElseThrow();
    assertThat(Checkpoint.read(checkpoint).globalStep()).isEqualTo(summary.totalSteps());
  }

  /**
   * Starts a training that would take hours and that receives signals even if these tests were
   * started by a shell's {@code &} or by nohup, whose children ignore some signals. The {@code env}
   * of macOS lacks that option.
   */
  private static Process training(Path runDir, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT,HUP") : List.of());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "train",
            "--run-dir=" + runDir));
    command.addAll(List.of(options));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
