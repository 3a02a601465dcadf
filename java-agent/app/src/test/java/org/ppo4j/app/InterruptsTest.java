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
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
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
   * A function that takes an hour is ended with its process, and the step that waits for it is left
   * out: by a signal in half a second, by a second one at once, and if Java is killed. So is what
   * it started. It is in a process group where no signal of the terminal reaches it.
   */
  @ParameterizedTest
  @CsvSource({"TERM, 1, 143", "TERM, 2, 143", "INT, 1, 130", "KILL, 1, 137"})
  @Tag("python")
  @Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void endsASlowRewardInPython(String signal, int call, int exitCode, @TempDir Path parent)
      throws IOException, InterruptedException {
    Path pid = parent.resolve("pid");
    Path reward =
        Files.writeString(
            parent.resolve("reward.py"),
            """
            import os, subprocess, time
            calls = 0
            def slow(completions, **columns):
                global calls
                calls += 1
                if calls == %d:
                    assert os.getpgid(0) == os.getpid()
                    child = subprocess.Popen(["sleep", "3600"]).pid
                    open("%s", "w").write(f"{os.getpid()} {child}\\n")
                    time.sleep(3600)
                return [float(len(c)) for c in completions]
            """
                .formatted(call, pid));
    Path task = parent.resolve("task");
    CommandRun.of("tokens", "make", "addition", task.toString(), "--hidden-size=16");
    Path run = parent.resolve("run");
    Process process =
        command(
            List.of(
                "tokens",
                "grpo",
                "--model=" + task.resolve("model"),
                "--data=" + task.resolve("train.jsonl"),
                "--run-dir=" + run,
                "--reward-python=" + reward + ":slow",
                "--max-completion-length=3",
                "--max-steps=5"));
    try (BufferedReader output = process.inputReader()) {
      while (!Files.exists(pid) || !Files.readString(pid).endsWith("\n")) {
        Thread.sleep(50);
      }
      List<ProcessHandle> started =
          Stream.of(Files.readString(pid).strip().split(" "))
              .map(each -> ProcessHandle.of(Long.parseLong(each)).orElseThrow())
              .toList();
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor()).isEqualTo(exitCode);
      started.forEach(each -> each.onExit().join());
      List<String> lines = output.lines().toList();
      if (exitCode != 137) {
        assertThat(lines)
            .anyMatch(each -> each.startsWith("Stopping after this step, or in half a second"))
            .anyMatch(
                each ->
                    each.startsWith(
                        call == 1
                            ? "Stopped before a step was done; continue with ./ppo4j tokens resume"
                            : "Stopped after step 1; continue with ./ppo4j tokens resume"))
            .noneMatch(each -> each.contains("\tat "));
        assertThat(run.resolve("checkpoints/step_1.safetensors").toFile().exists())
            .isEqualTo(call == 2);
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /**
   * Starts a training that would take hours and that receives signals even if these tests were
   * started by a shell's {@code &} or by nohup, whose children ignore some signals. The {@code env}
   * of macOS lacks that option.
   */
  private static Process training(Path runDir, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("train", "--run-dir=" + runDir));
    arguments.addAll(List.of(options));
    return command(arguments);
  }

  private static Process command(List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT,HUP") : List.of());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
