package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
}
