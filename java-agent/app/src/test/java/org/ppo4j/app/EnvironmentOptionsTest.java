package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.RunFolder;

class EnvironmentOptionsTest {

  @Test
  @Tag("python")
  void anUnknownPythonEnvironmentIsOneLineAfterItsNearNativeNames() {
    CommandRun run = CommandRun.of("train", "--backend", "python", "CartPol-v1");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(2);
    assertThat(run.err())
        .startsWith("CartPol-v1 is not native; did you mean CartPole-v1 or CartPole-v0?")
        .contains("Did you mean: `CartPole`?")
        .contains("--debug shows where");
  }

  /** A project that requires a Python which does not exist, so that nothing is installed. */
  @Test
  void aNearNativeNameIsSaidBeforePythonIsSetUp(@TempDir Path home)
      throws IOException, InterruptedException {
    Files.createDirectories(home.resolve("python-bridge"));
    Files.writeString(
        home.resolve("python-bridge/pyproject.toml"), "requires-python = \">=3.99\"\n");
    List<String> command = ChildJvm.command(List.of("train", "Cartpole-v9"), 1);
    command.add(1, "-Dppo4j.home=" + home);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().remove("PPO4J_PYTHON");

    Process process = builder.start();

    assertThat(process.inputReader().lines().filter(line -> !line.startsWith("WARNING")))
        .first()
        .asString()
        .startsWith("Cartpole-v9 is not native; did you mean CartPole-v")
        .contains("CartPole-v1");
    assertThat(process.waitFor()).isEqualTo(1);
  }

  @Test
  void anArgumentThatGymnasiumHasNotIsRefusedBeforePythonIsStarted() {
    CommandRun run =
        CommandRun.of("train", "Hopper-v5", "--backend=python", "--env-kwargs=num_threads=1");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "ppo4j: Hopper-v5 has the argument num_threads only with the native backend; in Python"
                + " use --num-workers\n");
  }

  @Test
  @Tag("python")
  void trainsAndEvaluatesInPython(@TempDir Path parent) {
    String runDir = parent.resolve("run").toString();

    CommandRun train =
        CommandRun.shortTraining(
            Path.of(runDir), "Acrobot-v1", "--backend=python", "--num-envs=2", "--num-workers=2");
    CommandRun evaluate = CommandRun.of("evaluate", runDir, "--episodes=1");

    assertThat(train).isEqualTo(new CommandRun(0, "", ""));
    assertThat(evaluate.out()).contains("Acrobot-v1, policy of step 512").contains("return  mean");
    assertThat(RunFolder.open(Path.of(runDir)).summary().versions()).containsKey("gymnasium");
  }

  @Test
  @Tag("python")
  void evaluatesInTheTrainingsEnvironments(@TempDir Path parent) throws IOException {
    Path runDir = parent.resolve("run");
    CommandRun train =
        CommandRun.shortTraining(
            runDir,
            "Acrobot-v1",
            "--backend=python",
            "--num-envs=2",
            "--exact-recovery",
            "--eval-every=256",
            "--eval-episodes=2",
            "--eval-in-place");
    assertThat(train).isEqualTo(new CommandRun(0, "", ""));
    assertThat(Files.readAllLines(runDir.resolve("evaluations.csv"))).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "--eval-every=256, --eval-in-place is for environments in Python",
    "--eval-every=0, --eval-in-place has no effect without --eval-every"
  })
  void evaluationInPlaceIsRefusedWhereItIsNotNeeded(
      String option, String message, @TempDir Path parent) {
    CommandRun run = CommandRun.shortTraining(parent.resolve("run"), option, "--eval-in-place");
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: " + message);
    assertThat(parent.resolve("run")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "--start-timeout=0, --start-timeout must be positive",
    "--step-timeout=NaN, --step-timeout must be positive",
    "--close-timeout=-1, --close-timeout must be positive",
    "--max-worker-restarts=-1, --max-worker-restarts must be at least 0"
  })
  void limitsOutOfRangeAreRefused(String option, String message) {
    CommandRun run = CommandRun.of("train", "Hopper-v5", "--backend=python", option);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: " + message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--start-timeout=9",
        "--close-timeout=9",
        "--max-worker-restarts=9",
        "--env-output=-"
      })
  void optionsOfPythonAreRefusedForNativeEnvironments(String option) {
    CommandRun run = CommandRun.of("train", "CartPole-v1", option);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith(
            "ppo4j: %s is for environments in Python, but CartPole-v1 is native; leave it out"
                .formatted(option.substring(0, option.indexOf('='))));
  }

  private static CommandRun faulty(Path runDir, String... more) {
    List<String> options =
        new ArrayList<>(List.of("--num-envs=2", "--num-workers=2", "--env-kwargs=fault=die"));
    options.addAll(List.of("--env-kwargs=where=step", "--env-kwargs=at=100"));
    options.addAll(List.of(more));
    options.addFirst("bridge_test_envs:ppo4j/Faulty-v0");
    return CommandRun.shortTraining(runDir, options.toArray(String[]::new));
  }

  /** 256 steps in each of two workers, which die in their 100th steps. */
  @Test
  @Tag("python")
  void aTrainingGoesThroughFaultsAndCountsThem(@TempDir Path parent) {
    CommandRun run = faulty(parent.resolve("run"));
    assertThat(run.exitCode()).isZero();
    assertThat(RunFolder.open(parent.resolve("run")).summary().workerRestarts()).isEqualTo(4);
  }

  @Test
  @Tag("python")
  void tooManyFaultsEndATrainingWithACheckpoint(@TempDir Path parent) {
    CommandRun run = faulty(parent.resolve("run"), "--max-worker-restarts=3");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("ppo4j: workers were restarted 3 times, the limit")
        .contains("--max-worker-restarts");
    RunFolder folder = RunFolder.open(parent.resolve("run"));
    assertThat(folder.checkpoints()).isNotEmpty();
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
  }

  /** A folder of the user's, in which a module has the name of one of Python's own. */
  @Test
  @Tag("python")
  void filesOfTheCurrentFolderHideNoModuleOfPython(@TempDir Path folder)
      throws IOException, InterruptedException {
    for (String name : List.of("random", "types", "queue", "json", "numpy")) {
      Files.writeString(folder.resolve(name + ".py"), "raise RuntimeError('mine')\n");
    }
    Files.writeString(
        folder.resolve("own_module.py"),
        "import random\nfrom bridge_test_envs import *\nassert random.random() >= 0\n");
    CommandRun run =
        inFolder(
            folder,
            "own_module:ppo4j/Counting-v0",
            "--num-envs=1",
            "--num-steps=128",
            "--total-timesteps=128",
            "--run-dir=run");
    assertThat(run.exitCode()).as(run.out()).isZero();
  }

  /** Trains quietly in another process, whose current folder is {@code folder}. */
  private static CommandRun inFolder(Path folder, String... more)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("train", "-q"));
    arguments.addAll(List.of(more));
    Process process =
        new ProcessBuilder(ChildJvm.command(arguments, 1))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new CommandRun(process.waitFor(), printed, "");
  }

  @Test
  @Tag("python")
  void theReasonOfAFailureIsNotCutOff(@TempDir Path folder)
      throws IOException, InterruptedException {
    Files.writeString(folder.resolve("odd.py"), "x = 1\n\ndef f(:\n");
    assertThat(inFolder(folder, "odd:X-v0").out())
        .contains("odd:X-v0 cannot be made: SyntaxError: invalid syntax in line 3 of ")
        .contains("odd.py");
    assertThat(inFolder(folder, "no_such_module:X-v0").out())
        .contains("No module named 'no_such_module': expected it in the current folder, which is ")
        .contains(folder.toRealPath().toString())
        .contains("PYTHONPATH");
    Files.writeString(folder.resolve("unregistered.py"), "x = 1\n");
    assertThat(inFolder(folder, "unregistered:X-v0").out())
        .contains("The module unregistered was imported, but registers no X-v0");
  }
}
