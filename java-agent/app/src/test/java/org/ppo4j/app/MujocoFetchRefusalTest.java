package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands without a fetched MuJoCo and without a network. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class MujocoFetchRefusalTest {
  private Path folder;
  private LaunchedProject project;
  private Map<String, String> variables;

  @BeforeEach
  void launchWithoutNetwork(@TempDir Path temporary) throws IOException {
    folder = temporary.toRealPath();
    project = new LaunchedProject(folder);
    Path bin = Files.createDirectories(folder.resolve("bin"));
    for (String name : new String[] {"python3", "python"}) {
      Path script = bin.resolve(name);
      Files.writeString(
          script,
          "#!/bin/sh\necho called >>%s/calls\necho 'ERROR: no network' >&2\nexit 1\n"
              .formatted(folder));
      assertThat(script.toFile().setExecutable(true)).isTrue();
    }
    variables =
        Map.of(
            "PATH",
            bin + File.pathSeparator + System.getenv("PATH"),
            "PPO4J_PYTHON",
            bin.resolve("python3").toString(),
            "PPO4J_MUJOCO_HOME",
            "",
            "XDG_CACHE_HOME",
            folder.resolve("cache").toString());
  }

  private CommandRun train(String... more) throws IOException, InterruptedException {
    String[] args = new String[more.length + 3];
    args[0] = "train";
    args[1] = "Hopper-v5";
    args[2] = "--run-dir=run";
    System.arraycopy(more, 0, args, 3, more.length);
    return project.run(variables, args);
  }

  @Test
  void whatIsMistypedIsRefusedBeforeAnythingIsFetched() throws IOException, InterruptedException {
    CommandRun argument = train("--env-kwargs=healthy_z_rage=(0,1)");
    CommandRun engine = train("--engine=dl5j");
    CommandRun option = train("--gamma=1.5");

    assertThat(argument.exitCode()).isEqualTo(1);
    assertThat(argument.err())
        .startsWith("ppo4j: Hopper-v5 has no argument healthy_z_rage; did you mean healthy_z_range")
        .contains("frame_skip", "num_threads", "max_episode_steps");
    assertThat(engine.exitCode()).isEqualTo(2);
    assertThat(engine.err()).contains("--engine", "dl5j");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(folder.resolve("calls")).doesNotExist();
  }

  /** Stepping in Python instead would make this run differ from the next one. */
  @Test
  void aFailedFetchIsOneSentenceThatNamesTheOtherWays() throws IOException, InterruptedException {
    CommandRun run = train();

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines().filter(line -> line.startsWith("ppo4j: "))).hasSize(1);
    assertThat(run.err())
        .contains("MuJoCo 4.0.0 is not in " + folder.resolve("cache"))
        .contains("cannot be downloaded with pip", "ERROR: no network")
        .contains("set PPO4J_MUJOCO_HOME to a folder", "with --backend python");
    assertThat(folder.resolve("calls")).exists();
    assertThat(folder.resolve("run")).doesNotExist();
  }
}
