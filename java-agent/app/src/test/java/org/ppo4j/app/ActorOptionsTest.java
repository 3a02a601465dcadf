package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the options of actors refuse, before anything is installed or started. */
class ActorOptionsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--actors=2 | --actors is for actors on a Ray cluster; give --ray too",
        "--actor-cpus=0.5 | --actor-cpus is for actors on a Ray cluster; give --ray too",
        "--ray=local | --ray needs the number of actors; give --actors N",
        "--ray=cluster --actors=2 | --ray must be the host:port of a cluster, or local, but is"
            + " 'cluster'",
        "--ray=local --actors=0 | --actors must be positive, but is 0",
        "--ray=local --actors=2 --actor-timeout=0 | --actor-timeout must be positive, but is 0.0",
        "--ray=local --actors=2 --max-actor-losses=-1 | --max-actor-losses must be at least 0, but"
            + " is -1",
        "--ray=local --actors=2 --num-workers=2 | --num-workers is for environments of this"
            + " process",
      })
  void refusesWhatDoesNotFit(String options, String message) {
    String[] given = ("train --run-dir=" + folder.resolve("run") + " " + options).split(" ");
    CommandRun run = CommandRun.of(given);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void tuneAndResumeRefuseThemToo() {
    assertThat(CommandRun.of("tune", "CartPole-v1", "--actors=2").err())
        .contains("--actors is for actors on a Ray cluster; give --ray too");
    assertThat(CommandRun.of("resume", folder.toString(), "--ray=local").err())
        .contains("--ray needs the number of actors; give --actors N");
  }
}
