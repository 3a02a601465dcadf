package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.run.RunFolder;

class AutoResumeTest {
  @TempDir private Path parent;

  private Path path() {
    return parent.resolve("run");
  }

  /** Returns the command of 8 updates of 128 steps, with a checkpoint after each. */
  private List<String> command(String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--auto-resume", path().toString()));
    args.addAll(
        List.of("--num-steps=32", "--total-timesteps=1024", "--checkpoint-every=128", "--seed=3"));
    args.addAll(List.of(more));
    return args;
  }

  private static CommandRun run(List<String> args) {
    return CommandRun.of(args.toArray(String[]::new));
  }

  private static Map<String, Object> state(Path checkpoint) {
    Map<String, Object> arrays = Checkpoint.read(checkpoint).state().arrays();
    return Map.of("parameters", arrays.get("network/parameters"), "moments", arrays.get("adam/m"));
  }

  @Test
  void theSameCommandBeginsAndSaysThatItIsFinished() {
    CommandRun first = run(command("--quiet"));
    assertThat(first).isEqualTo(new CommandRun(0, "", ""));
    RunFolder folder = RunFolder.open(path());
    assertThat(folder.latestCheckpoint()).contains(folder.checkpoint(1024));

    CommandRun again = run(command());
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).isEmpty();
    assertThat(again.out())
        .isEqualTo(
            "%s is finished: all its 1,024 steps are done; continue it with a larger --total-timesteps.%n"
                .formatted(path()));
  }

  @Test
  @Timeout(300)
  void afterASigkillTheResultIsThatOfNeverStopping() throws Exception {
    List<String> args = command("--quiet", "--total-timesteps=16384", "--keep-checkpoints=0");
    args.remove("--total-timesteps=1024");
    Process killed =
        new ProcessBuilder(ChildJvm.command(args, 2))
            .redirectErrorStream(true)
            .redirectOutput(parent.resolve("log").toFile())
            .start();
    Path checkpoint = path().resolve("checkpoints/step_000000000256.zip");
    while (!Files.exists(checkpoint)) {
      assertThat(killed.isAlive()).as("%s", parent.resolve("log")).isTrue();
      Thread.sleep(1);
    }
    killed.destroyForcibly().waitFor();
    RunFolder folder = RunFolder.open(path());
    assertThat(folder.checkpoint(16384)).as("killed in time").doesNotExist();

    assertThat(run(args)).isEqualTo(new CommandRun(0, "", ""));

    Path whole = parent.resolve("whole");
    args.set(1, "--run-dir");
    args.set(2, whole.toString());
    assertThat(run(args)).isEqualTo(new CommandRun(0, "", ""));
    assertThat(state(folder.checkpoint(16384)))
        .usingRecursiveComparison()
        .isEqualTo(state(RunFolder.open(whole).checkpoint(16384)));
    assertThat(folder.episodes()).hasSameBinaryContentAs(RunFolder.open(whole).episodes());
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FINISHED);
  }

  @Test
  void aStartWithoutACheckpointStartsAgain() throws IOException {
    assertThat(run(command("--quiet")).exitCode()).isZero();
    RunFolder folder = RunFolder.open(path());
    byte[] episodes = Files.readAllBytes(folder.episodes());
    for (Path each : folder.checkpoints()) {
      Files.delete(each);
    }

    CommandRun again = run(command("--quiet"));

    assertThat(again)
        .isEqualTo(
            new CommandRun(
                0, "", "%s has no checkpoint; its training starts again%n".formatted(path())));
    assertThat(folder.episodes()).hasBinaryContent(episodes);
    assertThat(folder.checkpoints()).hasSize(3);
  }

  @Test
  void anotherEndIsALaterOne() {
    assertThat(run(command("--quiet")).exitCode()).isZero();
    List<String> args = command();
    args.set(4, "--total-timesteps=2048");

    assertThat(run(args).out()).contains("Resumed at   step 1,024 of 2,048");
    RunFolder folder = RunFolder.open(path());
    assertThat(folder.latestCheckpoint()).contains(folder.checkpoint(2048));
    assertThat(run(args).out()).contains("is finished: all its 2,048 steps are done");
    CommandRun less = run(command());
    assertThat(less.exitCode()).isEqualTo(2);
    assertThat(less.err())
        .startsWith(
            "ppo4j: --total-timesteps is 1024, but 2048 in %s, which --auto-resume continues;"
                .formatted(path()));
  }

  @ParameterizedTest
  @CsvSource({
    "Acrobot-v1, ENV is Acrobot-v1 but CartPole-v1",
    "--algorithm=a2c, --algorithm is a2c but ppo",
    "--profile=cleanrl, --profile is cleanrl but default",
    "--backend=python, --backend is python but native",
    "--env-kwargs=sutton_barto_reward=true, --env-kwargs is {\"sutton_barto_reward\":true} but {}",
    "--preset=cleanrl, --preset is cleanrl but none",
    "--gamma=0.5, --gamma is 0.5 but 0.98",
    "--hidden-sizes=8, '--hidden-sizes is [8] but [64, 64]'",
    "--eval-every=128, --eval-every is 128 but 0",
    "--batch-size=64, --batch-size is 64 but 32"
  })
  void aContradictionChangesNothing(String option, String sentence) throws IOException {
    assertThat(run(command("--quiet", "--gamma=0.98")).exitCode()).isZero();
    RunFolder folder = RunFolder.open(path());
    Files.delete(folder.checkpoint(1024));
    byte[] summary = Files.readAllBytes(path().resolve("summary.json"));

    CommandRun refused = run(command(option));

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith(
            "ppo4j: %s in %s, which --auto-resume continues; leave it out or choose another folder\n"
                .formatted(sentence.replace(" but ", ", but "), path()));
    assertThat(folder.checkpoints()).hasSize(2);
    assertThat(path().resolve("summary.json")).hasBinaryContent(summary);
  }

  @Test
  @Tag("python")
  void otherWrappersAreAContradiction() {
    String wrapped = "--backend=python";
    CommandRun first = run(command("--quiet", wrapped, "--max-episode-steps=70", "--frame-skip=2"));
    assertThat(first.exitCode()).as(first.err()).isZero();

    CommandRun refused = run(command(wrapped, "--max-episode-steps=7"));

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err())
        .startsWith("ppo4j: --max-episode-steps is {")
        .contains(":7,", "but {");
    assertThat(run(command(wrapped)).out()).contains("is finished");
    assertThat(run(command(wrapped, "--frame-skip=2")).out()).contains("is finished");
    assertThat(run(command(wrapped, "--wrappers=none")).err()).startsWith("ppo4j: --wrappers is {");
  }

  @Test
  void refusesAnotherFolderAndASecondName() throws IOException {
    Files.createDirectories(path());
    Files.writeString(path().resolve("letter.txt"), "precious");
    CommandRun other = run(command());
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("is not empty; choose another with --auto-resume");

    CommandRun both = run(command("--run-dir=x"));
    assertThat(both.exitCode()).isEqualTo(2);
    assertThat(both.err()).contains("--run-dir and --auto-resume both name the run folder");
  }
}
