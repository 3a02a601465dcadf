package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunSummary;

class StopOptionTest {
  private static final int BATCH = 128;

  @TempDir private Path parent;

  private CommandRun train(String name, String... more) {
    String[] options = {"train", "--num-steps=32", "--learning-rate=0.002", "--run-dir"};
    String[] steps = {parent.resolve(name).toString(), "--total-timesteps=100000"};
    return CommandRun.of(concat(concat(options, steps), more));
  }

  private static String[] concat(String[] a, String[] b) {
    String[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  /** Computes the mean again from the file of episodes, independently of the option's code. */
  @Test
  void endsAfterTheFirstUpdateAtWhichAHundredEpisodesReachIt() throws IOException {
    CommandRun run = train("run", "--stop-at-return=160");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out())
        .contains("Stops at     mean return 160.0 of the last 100 episodes")
        .contains("Solved after ")
        .contains("./ppo4j evaluate ");
    RunFolder folder = RunFolder.open(parent.resolve("run"));
    RunSummary summary = folder.summary();
    assertThat(summary.outcome()).isEqualTo(Outcome.SOLVED);
    assertThat(folder.checkpoint(summary.totalSteps())).exists();
    long first = 0;
    for (long step = BATCH; first == 0; step += BATCH) {
      double[] returns = returnsUntil(step, folder);
      int from = returns.length - 100;
      if (from >= 0 && Arrays.stream(returns, from, from + 100).sum() / 100 >= 160) {
        first = step;
      }
    }
    assertThat(summary.totalSteps()).isEqualTo(first);
  }

  private static double[] returnsUntil(long step, RunFolder folder) throws IOException {
    return Files.readAllLines(folder.episodes()).stream()
        .skip(1)
        .map(row -> row.split(","))
        .filter(row -> Long.parseLong(row[0]) <= step)
        .mapToDouble(row -> Double.parseDouble(row[1]))
        .toArray();
  }

  @Test
  void aHundredEpisodesMustBeThere() {
    CommandRun run = train("run", "--total-timesteps=1024", "--stop-at-return=1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Finished after 1,024", "Not solved: --stop-at-return 1.0 was");
    RunSummary summary = RunFolder.open(parent.resolve("run")).summary();
    assertThat(summary.episodes()).isLessThan(100);
    assertThat(summary.outcome()).isEqualTo(Outcome.FINISHED);
  }

  @Test
  void aResumedRunEndsWhereItWouldHaveAndCanBeAskedForMore() throws IOException {
    train("run", "--stop-at-return=160", "--checkpoint-every=1024", "--keep-checkpoints=0");
    RunFolder folder = RunFolder.open(parent.resolve("run"));
    long solved = folder.summary().totalSteps();

    CommandRun.of("resume", folder.checkpoint(1024).toString());
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.SOLVED);
    assertThat(folder.summary().totalSteps()).isEqualTo(solved);
    assertThat(CommandRun.of("resume", folder.path().toString()).out())
        .contains(
            "is solved: at step", "at least 160.0; continue it with a higher --stop-at-return");

    CommandRun more = CommandRun.of("resume", folder.path().toString(), "--stop-at-return=200");
    assertThat(more.out()).contains("Resumed at   step", "Solved after");
    assertThat(folder.config().stopAtReturn()).isEqualTo(200);
    train("whole", "--stop-at-return=200");
    assertThat(folder.episodes())
        .hasSameBinaryContentAs(RunFolder.open(parent.resolve("whole")).episodes());
  }

  @Test
  void saysWhereItHasNoUse() {
    CommandRun compare = CommandRun.of("compare", "CartPole-v1", "--stop-at-return=475");
    assertThat(compare.exitCode()).isEqualTo(2);
    assertThat(compare.err()).contains("ends seeds at different steps, which cannot be compared");

    CommandRun nan = train("run", "--stop-at-return=NaN");
    assertThat(nan.exitCode()).isEqualTo(2);
    assertThat(nan.err()).contains("--stop-at-return must be a number, but is NaN");
  }
}
