package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.run.RunFolder;

/** A user's environments, added to the launcher as {@code docs/environments.md} describes. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class UserEnvironmentTest {
  private static final Path EXAMPLE = Path.of("../../envs/src/test/java/org/ppo4j/env/example");
  private static final Path BRIDGE = Path.of("../../python-bridge/src");
  private static final String SERVICE = "META-INF/services/org.ppo4j.env.EnvProvider";

  @TempDir private Path temporary;
  private Path folder;
  private LaunchedProject project;

  @BeforeEach
  void launch() throws IOException {
    folder = temporary.toRealPath();
    project = new LaunchedProject(folder);
  }

  @Test
  void aFolderOfClassesIsTrained() throws IOException, InterruptedException {
    compileExample();

    CommandRun train = train(Map.of("PPO4J_CLASSPATH", "my-envs"), "Corridor-v0");
    CommandRun evaluate =
        project.run(Map.of("PPO4J_CLASSPATH", "my-envs"), "evaluate", "run", "--episodes=2");
    CommandRun without = project.run(Map.of(), "evaluate", "run", "--episodes=2");

    assertThat(train).isEqualTo(new CommandRun(0, "", ""));
    assertThat(RunFolder.open(folder.resolve("run")).summary().totalSteps()).isEqualTo(256);
    assertThat(evaluate.out()).contains("Corridor-v0, policy of step 256");
    assertThat(without.exitCode()).isEqualTo(1);
    assertThat(without.err())
        .contains("no native environment Corridor-v0")
        .contains("one of your own must be on the class path, see PPO4J_CLASSPATH");
  }

  @Test
  void aJarIsTrainedByTheChildrenOfCompareToo() throws IOException, InterruptedException {
    Path classes = compileExample();
    int made =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "-cf", folder + "/corridor.jar", "-C", classes + "", ".");
    assertThat(made).isZero();

    CommandRun compare =
        project.run(
            Map.of("PPO4J_CLASSPATH", "project:corridor.jar"),
            "compare",
            "Corridor-v0",
            "--seeds=1",
            "--steps=256",
            "--num-steps=32",
            "--eval-episodes=2",
            "--env-kwargs=length=5",
            "--run-dir=study");

    assertThat(compare.exitCode()).as(compare.err()).isZero();
    RunFolder run = RunFolder.open(folder.resolve("study/ppo4j/seed_1"));
    assertThat(run.summary().totalSteps()).isEqualTo(256);
  }

  @Test
  void aClassPathThatIsNotThereIsRefused() throws IOException, InterruptedException {
    CommandRun run = train(Map.of("PPO4J_CLASSPATH", "project:my-envs"), "Corridor-v0");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "ppo4j: PPO4J_CLASSPATH names my-envs, which does not exist; it takes jars and folders"
                + " of classes, separated by colons.\n");
  }

  @Test
  @Tag("python")
  void aPythonModuleOfTheCurrentFolderIsTrained() throws IOException, InterruptedException {
    Files.writeString(
        folder.resolve("my_module.py"),
        """
        import gymnasium as gym
        import numpy as np

        class Corridor(gym.Env):
            observation_space = gym.spaces.Box(0, 8, (1,), np.float64)
            action_space = gym.spaces.Discrete(2)

            def __init__(self, length=8):
                self.length = length

            def reset(self, *, seed=None, options=None):
                super().reset(seed=seed)
                self.x = int(self.np_random.integers(self.length))
                return np.array([self.x], np.float64), {}

            def step(self, action):
                self.x = max(0, self.x + (1 if action else -1))
                return np.array([self.x], np.float64), -1.0, self.x == self.length, False, {}

        gym.register("MyEnv-v0", Corridor, max_episode_steps=100)
        """);
    CommandRun run =
        train(
            Map.of("PYTHONPATH", BRIDGE.toRealPath().toString()),
            "my_module:MyEnv-v0",
            "--env-kwargs=length=5");

    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    assertThat(RunFolder.open(folder.resolve("run")).summary().totalSteps()).isEqualTo(256);
  }

  private CommandRun train(Map<String, String> variables, String env, String... more)
      throws IOException, InterruptedException {
    List<String> args = new ArrayList<>(List.of("train", env, "--quiet", "--run-dir=run"));
    args.addAll(List.of("--num-steps=64", "--num-envs=1", "--total-timesteps=256"));
    args.addAll(List.of(more));
    return project.run(variables, args.toArray(String[]::new));
  }

  private static List<Path> sources() {
    return List.of(EXAMPLE.resolve("Corridor.java"), EXAMPLE.resolve("Corridors.java"));
  }

  /** Returns the folder of the example's classes and the name of its provider. */
  private Path compileExample() throws IOException {
    Path classes = Files.createDirectories(folder.resolve("my-envs"));
    Path service = classes.resolve(SERVICE);
    Files.createDirectories(service.resolveSibling("."));
    Files.writeString(service, "org.ppo4j.env.example.Corridors\n");
    List<String> args =
        new ArrayList<>(List.of("-cp", LaunchedProject.classPath(), "-d", classes.toString()));
    sources().forEach(source -> args.add(source.toString()));
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, args.toArray(String[]::new));
    assertThat(compiled).isZero();
    return classes;
  }
}
