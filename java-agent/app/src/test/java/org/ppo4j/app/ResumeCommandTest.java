package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.FakeTraining;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.run.RunSummary;
import org.ppo4j.agent.tensorboard.Events;
import org.ppo4j.env.Envs;

class ResumeCommandTest {
  private static final List<Long> STEPS = List.of(128L, 256L, 384L, 512L);
  private static final List<String> USUAL =
      List.of(
          "--checkpoint-every=128",
          "--keep-checkpoints=0",
          "--eval-every=384",
          "--eval-episodes=3");

  @TempDir private Path parent;

  /**
   * Trains four updates, with a checkpoint after each and an evaluation after the third and the
   * last.
   */
  private RunFolder train(String name, String... more) {
    List<String> args = new ArrayList<>(List.of(more));
    USUAL.stream()
        .filter(usual -> args.stream().noneMatch(given -> option(given).equals(option(usual))))
        .toList()
        .forEach(args::add);
    Path path = parent.resolve(name);
    CommandRun run = CommandRun.shortTraining(path, args.toArray(String[]::new));
    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    return RunFolder.open(path);
  }

  private static String option(String argument) {
    return argument.replaceFirst("=.*", "");
  }

  private static CommandRun resume(Path run, String... more) {
    List<String> args = new ArrayList<>(List.of("resume", run.toString()));
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  /**
   * Stopping after any update and resuming gives the same files as not stopping: every number in
   * every later checkpoint, every episode, every evaluation, every curve except that of the speed.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "--profile=default",
        "--profile=cleanrl",
        "--profile=default --norm-obs --norm-reward",
        "Walk-v0 --profile=default --num-envs=3",
        "--profile=cleanrl --norm-obs --norm-reward --target-kl=0.001 --num-envs=3"
      })
  void onNativeEnvironmentsTheResultIsThatOfNeverStopping(String options) throws IOException {
    Walk.register();
    assertResumes(options);
  }

  @Test
  void onMujocoTheResultIsThatOfNeverStopping() throws IOException {
    assumeTrue(Envs.isReady("Hopper-v5"), "no test fetches MuJoCo");
    assertResumes("Hopper-v5 --profile=default --num-envs=3");
  }

  private void assertResumes(String options) throws IOException {
    RunFolder whole = train("whole", options.split(" "));
    for (Path stop : whole.checkpoints()) {
      RunFolder resumed = copy(whole, "from_" + stop.getFileName());
      CommandRun run =
          resume(resumed.path().resolve("checkpoints").resolve(stop.getFileName()), "--quiet");

      assertThat(run).isEqualTo(new CommandRun(0, "", ""));
      assertThat(resumed.episodes()).hasSameBinaryContentAs(whole.episodes());
      assertThat(resumed.evaluations()).hasSameBinaryContentAs(whole.evaluations());
      assertThat(curves(resumed)).isEqualTo(curves(whole));
      assertThat(resumed.checkpoints()).hasSameSizeAs(whole.checkpoints());
      for (int i = 0; i < whole.checkpoints().size(); i++) {
        assertSameState(resumed.checkpoints().get(i), whole.checkpoints().get(i));
      }
      assertSameState(resumed.bestCheckpoint(), whole.bestCheckpoint());
      RunSummary summary = resumed.summary();
      assertThat(summary.outcome()).isEqualTo(Outcome.FINISHED);
      assertThat(summary.episodes()).isEqualTo(whole.summary().episodes());
      assertThat(summary.last100MeanReturn()).isEqualTo(whole.summary().last100MeanReturn());
    }
  }

  @Test
  void evaluationsDoNotDisturbTheTraining() throws IOException {
    RunFolder evaluated = train("evaluated");
    RunFolder not = train("not", "--eval-every=0");

    assertThat(not.episodes()).hasSameBinaryContentAs(evaluated.episodes());
    assertSameState(not.checkpoint(512), evaluated.checkpoint(512));
    assertThat(not.evaluations()).doesNotExist();
    assertThat(Files.readAllLines(evaluated.evaluations())).hasSize(3);
    assertThat(Events.scalars(evaluated)).anyMatch(line -> line.startsWith("512 charts/eval_ret"));
  }

  @Test
  void theBestCheckpointIsThatOfTheBestEvaluation() throws IOException {
    RunFolder folder =
        train("run", "--total-timesteps=2048", "--eval-every=256", "--learning-rate=0.003");
    List<String[]> rows =
        Files.readAllLines(folder.evaluations()).stream().skip(1).map(r -> r.split(",")).toList();
    String[] best = rows.getFirst();
    for (String[] row : rows) {
      best = Double.parseDouble(row[2]) > Double.parseDouble(best[2]) ? row : best;
    }

    assertThat(rows).hasSize(8);
    Checkpoint kept = Checkpoint.read(folder.bestCheckpoint());
    assertThat(kept.globalStep()).isEqualTo(Long.parseLong(best[0]));
    assertThat(kept.state().doubles("evaluation/mean_return")[0])
        .isEqualTo(Double.parseDouble(best[2]));
    assertThat(CommandRun.of("evaluate", folder.path().toString(), "--best").out())
        .contains("policy of step %,d".formatted(kept.globalStep()));
  }

  @Test
  void keepsTheLastCheckpoints() {
    RunFolder folder = train("run", "--keep-checkpoints=2");

    assertThat(folder.checkpoints())
        .containsExactly(folder.checkpoint(384), folder.checkpoint(512));
  }

  @Test
  void aFinishedRunSaysSoAndCanBeGivenMore() throws IOException {
    RunFolder folder = train("run");
    CommandRun again = resume(folder.path());
    assertThat(again.exitCode()).isZero();
    assertThat(again.out())
        .contains(
            "is finished: all its 512 steps are done; continue it with a larger"
                + " --total-timesteps.");
    assertThat(resume(folder.path(), "--total-timesteps=256").out())
        .contains("is finished: all its 512 steps are done; --total-timesteps 256 is not more.");

    CommandRun more = resume(folder.path(), "--total-timesteps=1024");

    assertThat(more.out()).contains("Resumed at   step 512 of 1,024").contains("Finished after 1,");
    assertThat(folder.summary().totalSteps()).isEqualTo(1024);
    assertThat(folder.config().hyperparameters().totalTimesteps()).isEqualTo(1024);
    assertThat(Events.scalars(folder)) // the rate now falls to 0 at 1024: at 512 it is half
        .contains("640 charts/learning_rate " + (float) (2.5e-4 / 2));
    assertThat(resume(folder.path(), "--total-timesteps=1").exitCode()).isEqualTo(2);
  }

  @Test
  void aDamagedCheckpointLeavesTheOneBefore() throws IOException {
    RunFolder whole = train("whole");
    RunFolder folder = copy(whole, "damaged");
    byte[] last = Files.readAllBytes(folder.checkpoint(512));
    Files.write(folder.checkpoint(512), Arrays.copyOf(last, last.length / 2));
    Files.writeString(folder.checkpoint(384), "not a checkpoint");

    CommandRun run = resume(folder.path(), "--quiet");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .contains("000512.zip is truncated")
                    .contains("trying the previous"),
            line -> assertThat(line).contains("000384.zip is not a ppo4j checkpoint"));
    assertSameState(folder.checkpoint(512), whole.checkpoint(512));
  }

  @Test
  void aRunInUseIsLeftAlone() throws IOException {
    RunFolder folder = train("run");
    byte[] episodes = Files.readAllBytes(folder.episodes());
    RunRecorder other = new RunRecorder(folder);
    other.restore(Checkpoint.read(folder.checkpoint(512)).state());
    other.started(new FakeTraining(512));

    CommandRun run = resume(folder.checkpoint(128));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).contains("is in use by another training");
    other.finished(new Finished(Outcome.STOPPED, 512, null));
    assertThat(folder.episodes()).hasBinaryContent(episodes);
    assertThat(folder.checkpoints()).hasSize(4);
  }

  @Test
  void saysWhatCannotBeResumed() throws IOException {
    RunFolder folder = train("run");
    Path alone = Files.copy(folder.checkpoint(512), parent.resolve("alone.zip"));

    assertThat(resume(alone).err()).contains("is not in the folder checkpoints of a run folder");
    assertThat(resume(parent.resolve("gone")).err()).contains("there is no run folder or checkp");
    for (Path each : folder.checkpoints()) {
      Files.delete(each);
    }
    assertThat(resume(folder.path()).err()).contains("has no checkpoint");
  }

  @Test
  @Tag("python")
  void onPythonEnvironmentsTheSameSeedGivesTheSameBytesResumedOrNot() throws IOException {
    String[] python = {"--backend=python", "--num-workers=2", "--norm-obs", "--eval-every=0"};
    RunFolder first = train("first", python);
    RunFolder second = train("second", python);
    assertSameRun(first, second);

    RunFolder third = copy(first, "third");
    assertThat(resume(first.checkpoint(256), "--quiet").err()).isEmpty();
    assertThat(resume(third.checkpoint(256), "--quiet", "--num-workers=1").err()).isEmpty();

    assertSameRun(first, third);
    List<String> before = rowsUntil(256, second);
    assertThat(rowsUntil(256, first)).isEqualTo(before);
    assertThat(Files.readAllLines(first.episodes()).size()).isGreaterThan(before.size());
    assertThat(first.summary().outcome()).isEqualTo(Outcome.FINISHED);
  }

  private static List<String> rowsUntil(long step, RunFolder folder) throws IOException {
    return Files.readAllLines(folder.episodes()).stream()
        .skip(1)
        .filter(row -> Long.parseLong(row.substring(0, row.indexOf(','))) <= step)
        .toList();
  }

  private static void assertSameRun(RunFolder actual, RunFolder expected) throws IOException {
    assertThat(actual.episodes()).hasSameBinaryContentAs(expected.episodes());
    assertThat(curves(actual)).isEqualTo(curves(expected));
    for (long step : STEPS) {
      assertSameState(actual.checkpoint(step), expected.checkpoint(step));
    }
  }

  /** Compares every array except the seconds. */
  private static void assertSameState(Path actual, Path expected) {
    var actualArrays = Checkpoint.read(actual).state().arrays();
    var expectedArrays = Checkpoint.read(expected).state().arrays();
    assertThat(actualArrays.keySet()).isEqualTo(expectedArrays.keySet());
    expectedArrays.forEach(
        (name, array) -> {
          if (!name.equals("run/seconds")) {
            assertThat(actualArrays.get(name)).as(name).isEqualTo(array);
          }
        });
  }

  private static List<String> curves(RunFolder folder) throws IOException {
    return Events.scalars(folder).stream().filter(line -> !line.contains("charts/SPS")).toList();
  }

  private RunFolder copy(RunFolder folder, String name) throws IOException {
    Path target = parent.resolve(name);
    try (Stream<Path> files = Files.walk(folder.path())) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, target.resolve(folder.path().relativize(file).toString()));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return RunFolder.open(target);
  }
}
