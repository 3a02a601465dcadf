package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.run.RunFolder;

class CompareCommandTest {
  private static final Path FINISHED =
      Path.of("src", "test", "resources", "org", "ppo4j", "app", "finished");
  private static final Path CLEANRL =
      Path.of("..", "..", "docs", "results", "2026-11-21-cleanrl-v5");

  @TempDir private Path parent;

  private Path study() {
    return parent.resolve("study");
  }

  private CommandRun compare(String... more) {
    List<String> args = new ArrayList<>(List.of("compare", "CartPole-v1", "--run-dir"));
    args.add(study().toString());
    args.addAll(List.of(more));
    return CommandRun.of(args.toArray(String[]::new));
  }

  /** The environment is tried without masks too, below which actions may be repeated. */
  @ParameterizedTest
  @Tag("python")
  @ValueSource(strings = {"--action-masks=none", "--profile=cleanrl"})
  void noMaskIsLookedForIfNoSideHasThem(String option) {
    CommandRun refused =
        CommandRun.of(
            "compare",
            "Taxi-v4",
            "--run-dir",
            study().toString(),
            "--frame-skip=2",
            option,
            "--action-head=beta");
    assertThat(refused.err()).contains("is for continuous actions").doesNotContain("--frame-skip");
  }

  @Test
  void aFolderInWhichAnotherComparisonRunsIsRefused() throws IOException {
    Files.createDirectories(study());
    try (FileChannel other =
        FileChannel.open(
            study().resolve("compare.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      other.lock();

      CommandRun refused = compare("--seeds=1", "--steps=2048");

      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err())
          .isEqualTo(
              "ppo4j: another comparison is running in %s; wait for its end or choose another --run-dir%n"
                  .formatted(study()));
      assertThat(study().resolve("compare.json")).doesNotExist();
    }
  }

  @Test
  void trainsEachSeedOnceAndReportsTheSecondTime() throws IOException {
    String[] options = {"--steps=2048", "--eval-episodes=2", "--num-steps=64", "--gamma=0.98"};
    CommandRun first = compare(with(options, "--seeds=2"));

    assertThat(first.exitCode()).isZero();
    assertThat(first.err())
        .contains("seed 1 is done after", "evaluating seed 2")
        .containsPattern(
            "seed 1 is done after \\d+ s, mean return \\d+\\.\\d of the last episodes");
    assertThat(unwrapped(first))
        .contains("Compared with published: CartPole-v1, 3 seeds, 500k, pr-424: With 2 and 3 seeds")
        .contains("ppo4j was trained with CartPole-v1 --profile=default")
        .contains("--gamma=0.98");
    for (String file : List.of("report.md", "report.html", "comparison.json")) {
      assertThat(study().resolve(file)).isNotEmptyFile();
    }
    RunFolder seed = RunFolder.open(study().resolve("ppo4j/seed_2"));
    assertThat(seed.config().seed()).isEqualTo(2);
    assertThat(seed.config().hyperparameters().advantage().gamma()).isEqualTo(0.98);
    FileTime trained = Files.getLastModifiedTime(seed.latestCheckpoint().orElseThrow());

    CommandRun second = compare(with(options, "--seeds=2"));

    assertThat(second.exitCode()).isZero();
    assertThat(second.err().lines().filter(line -> line.startsWith("seed")))
        .containsExactly("seed 1 has finished already", "seed 2 has finished already");
    assertThat(second.err()).doesNotContain("evaluating");
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(Files.getLastModifiedTime(seed.latestCheckpoint().orElseThrow())).isEqualTo(trained);

    assertThat(compare(with(options, "--seeds=3")).err())
        .contains("seed 2 has finished already", "seed 3 is done after");
    CommandRun other = compare("--seeds=2", "--steps=4096");
    assertThat(other.exitCode()).isEqualTo(1);
    assertThat(other.err()).contains("were trained with other options", "choose another --run-dir");

    CommandRun report =
        CommandRun.of(
            "compare",
            "CartPole-v1",
            "--run-dir=" + parent.resolve("report"),
            "--runs",
            study().resolve("ppo4j").toString());
    assertThat(report.exitCode()).isZero();
    assertThat(unwrapped(report)).contains("With 3 and 3 seeds");
  }

  @Test
  void reportedRunsArePlayedOnce() throws IOException {
    Path run = parent.resolve("run");
    CommandRun.shortTraining(run);
    Path stopped = parent.resolve("stopped");
    CommandRun.shortTraining(stopped);
    Files.delete(stopped.resolve("summary.json"));
    String[] options = {"--runs", run.toString(), stopped.toString(), "--eval-episodes=3"};

    CommandRun first = compare(options);

    assertThat(first.exitCode()).isZero();
    assertThat(first.err()).contains("evaluating " + run).doesNotContain("evaluating " + stopped);
    assertThat(first.out()).contains("Policies of ppo4j played 3 deterministic episodes each.");
    assertThat(Json.MAPPER.readTree(run.resolve("evaluation.json").toFile()).get("returns"))
        .isEqualTo(
            Json.MAPPER
                .readTree(
                    CommandRun.of(
                            "evaluate", run.toString(), "--episodes=3", "--seed=1000000", "--json")
                        .out())
                .get("returns"));
    assertThat(stopped.resolve("evaluation.json")).doesNotExist();
    assertThat(compare(options).err()).doesNotContain("evaluating");
    assertThat(compare(options[0], options[1], "--eval-episodes=4").err()).contains("evaluating");
    assertThat(compare(options[0], options[1], "--eval-episodes=0").err())
        .contains("--eval-episodes must be at least 1, but is 0");
    CommandRun none = compare(options[0], options[2], "--eval-episodes=3");
    assertThat(none.exitCode()).isEqualTo(2);
    assertThat(none.err()).contains("--runs gives none; leave it out");
    assertThat(compare(options[0], options[1], "--start-timeout=9").err())
        .contains("--runs reports existing trainings, so --start-timeout has no effect");
    assertThat(compare(options[0], options[1], "--eval-episodes=5", "--start-timeout=9").err())
        .doesNotContain("--runs reports existing trainings");
  }

  @Test
  void evaluationsOfOtherPoliciesAreNotReported() throws IOException {
    Path run = parent.resolve("run");
    CommandRun.shortTraining(run);
    String runs = "--runs=" + run;
    Path evaluation = run.resolve("evaluation.json");
    for (String damaged : List.of("", "null", "{\"policy\": \"step_000000000512.zip\"}")) {
      Files.writeString(evaluation, damaged);
      CommandRun report = compare(runs);
      assertThat(report.exitCode()).isZero();
      assertThat(unwrapped(report))
          .contains(
              "run: evaluation.json is not of its last policy, or damaged, so it is not used");
    }
    assertThat(compare(runs, "--eval-episodes=2").err()).contains("evaluating");
    assertThat(unwrapped(compare(runs))).doesNotContain("evaluation.json");

    CommandRun.of("resume", run.toString(), "--total-timesteps=1024", "--quiet");

    assertThat(unwrapped(compare(runs))).contains("evaluation.json is not of its last policy");
    assertThat(compare(runs, "--eval-episodes=2").err()).contains("evaluating");
  }

  @Test
  void aRunThatCannotBePlayedIsSaidInTheReport() throws IOException {
    for (String name : List.of("a", "b", "c")) {
      CommandRun.shortTraining(parent.resolve("runs").resolve(name));
    }
    Path damaged = parent.resolve("runs/b/checkpoints/step_000000000512.zip");
    Files.write(damaged, Arrays.copyOf(Files.readAllBytes(damaged), 3000));
    try (Stream<Path> files = Files.list(parent.resolve("runs/c/checkpoints"))) {
      for (Path each : files.toList()) {
        Files.delete(each);
      }
    }

    CommandRun report = compare("--runs=" + parent.resolve("runs"), "--eval-episodes=2");

    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(unwrapped(report))
        .contains("runs/b was not evaluated: the checkpoint")
        .contains("runs/c was not evaluated: it has no checkpoint");
    assertThat(parent.resolve("runs/a/evaluation.json")).exists();
  }

  @Test
  void runsThatDifferInMoreThanTheirSeedsAreNotAveraged() throws IOException {
    CommandRun.shortTraining(parent.resolve("runs/a"), "--seed=2");
    CommandRun.shortTraining(parent.resolve("runs/b"), "--gamma=0.5", "--checkpoint-every=256");
    String runs = "--runs=" + parent.resolve("runs");

    CommandRun refused = compare(runs, "--eval-episodes=2");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err())
        .contains(" are trainings that differ in gamma; give the folders of one kind only");
    assertThat(parent.resolve("runs/a/evaluation.json")).doesNotExist();
    CommandRun.shortTraining(parent.resolve("runs/c"), "--algorithm=a2c");
    assertThat(compare(runs).err())
        .contains("are trainings of several kinds, a2c__default and default; give");
  }

  /**
   * A stopped study resumes from checkpoints and gives the same bits as trainings that were never
   * stopped.
   */
  @Test
  @Timeout(180)
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals to send")
  void aStoppedStudyGoesOn() throws IOException, InterruptedException {
    String[] options = {"--steps=100000", "--eval-episodes=1", "--seeds=1"};
    List<String> args =
        new ArrayList<>(List.of("compare", "CartPole-v1", "--run-dir", study().toString()));
    args.addAll(List.of(options));
    args.add("--checkpoint-every=2048");
    Process process =
        new ProcessBuilder(ChildJvm.command(args, 2))
            .redirectErrorStream(true)
            .redirectOutput(parent.resolve("log").toFile())
            .start();
    Path seed = study().resolve("ppo4j/seed_1");
    while (process.isAlive() && !hasCheckpoint(seed)) {
      Thread.sleep(5);
    }
    process.destroy();
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    assertThat(RunFolder.open(seed).summary().outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(study().resolve("comparison.json")).doesNotExist();

    CommandRun again = compare(options);

    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).contains("seed 1 resumes from step_");
    assertThat(unwrapped(again)).contains("seed 1: resumed from step_").contains("counts");
    Path whole = parent.resolve("whole");
    CommandRun.of("train", "--quiet", "--total-timesteps=100000", "--run-dir=" + whole);
    assertThat(parameters(seed)).isEqualTo(parameters(whole));
    assertThat(seed.resolve("episodes.csv")).hasSameBinaryContentAs(whole.resolve("episodes.csv"));
  }

  @Test
  void aSeedThatCannotBeTrainedIsSaidAndNotAveraged() throws IOException {
    CommandRun run =
        compare("--seeds=2", "--steps=1024", "--learning-rate=1e38", "--max-grad-norm=Infinity");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(unwrapped(run))
        .contains("ppo4j: seed 1 is left out: it ended with exit code 1: ppo4j: the ")
        .contains("ppo4j has no seed that counts (0 of 2)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--seeds=0; --seeds must be at least 1",
        "--jobs=0; --jobs must be at least 1",
        "--eval-episodes=0; --eval-episodes must be at least 1",
        "--preset=zooo; there is no preset zooo",
        "--preset=zoo --backend=native --num-minibatches=9999; --num-minibatches 9999 is more than",
        "--steps=1; --total-timesteps 1 is less than one batch of 512",
        "--steps=999 --total-timesteps=999; are the same; give one of them",
        "--runs . --gamma 0.9; so --gamma has no effect; leave it out",
        "--runs . --against sb3; --runs does not train"
      })
  void whatNoSeedCouldUseIsRefusedBeforeAnyIsTrained(String options, String message) {
    CommandRun run = compare(options.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(study()).doesNotExist();
  }

  /** The figures of the two folders' README.md. */
  @Test
  void severalAlgorithmsAreComparedWithTheFirst() {
    String[] options = {"--steps=2560", "--eval-episodes=1", "--seeds=1"};
    CommandRun run = compare(with(options, "--algorithms=spo,a2c"));

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).contains("spo seed 1 is done after", "a2c seed 1 is done after");
    assertThat(unwrapped(run)).contains("Compared with a2c: ").contains("spo minus");
    for (String each : List.of("spo", "a2c")) {
      assertThat(RunFolder.open(study().resolve(each).resolve("seed_1")).config().algorithm().id())
          .isEqualTo(each);
    }
    assertThat(compare(with(options, "--algorithms=spo,trpo")).err())
        .contains("were trained with other options");
    assertThat(compare("--algorithms=ppo,trpo", "--clip-coef=0.1").err())
        .contains("--clip-coef has no effect on trpo");
    assertThat(compare("--algorithms=ppo,trpo", "--algorithm=a2c").err())
        .contains("--algorithm names one algorithm and --algorithms several");
  }

  @Test
  void severalSetsOfOptionsAreComparedWithTheFirst() throws IOException {
    String[] options = {"--steps=2560", "--eval-episodes=1", "--seeds=1", "--gamma=0.9"};
    CommandRun run =
        compare(
            with(
                with(with(options, "--variant=usual"), "--variant=fast=--lr 1e-3 --gamma 0.8"),
                "--variant=plain=--algorithm a2c"));

    assertThat(run.exitCode()).isZero();
    assertThat(unwrapped(run))
        .contains("Compared with fast: ", "Compared with plain: ", "usual minus");
    assertThat(config("usual").hyperparameters().advantage().gamma()).isEqualTo(0.9);
    assertThat(config("fast").hyperparameters().advantage().gamma()).isEqualTo(0.8);
    assertThat(config("fast").hyperparameters().optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(config("plain").algorithm()).isEqualTo(Algorithm.A2C);
    assertThat(config("plain").hyperparameters().advantage().gamma()).isEqualTo(0.9);
    assertThat(compare(with(with(options, "--variant=usual"), "--variant=fast=--lr 1e-2")).err())
        .contains("were trained with other options");
  }

  private RunConfig config(String side) {
    return RunFolder.open(study().resolve(side).resolve("seed_1")).config();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "--variant=a=--clip-coef 0.1 --algorithm trpo | --clip-coef has no effect on trpo",
        "--variant=a=--clip-coef x | --variant a: Invalid value for option '--clip-coef'",
        "--variant=a=--seed 3 | --variant a: Unknown options: '--seed', '3'",
        "--variant=a b | but got 'a b'",
        "--variant=../a | but got '../a'",
        "--variant=a;--variant=A=--gamma 0.9 | the name A is taken",
        "--variant=plots | the name plots is taken",
        "--variant=a;--algorithms=ppo | --algorithms and --variant both name the sides",
      })
  void badVariantsAreRefused(String options, String message) {
    CommandRun run = compare(options.split(";"));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(study()).doesNotExist();
  }

  @Test
  void finishedCurvesAreReportedWithoutTraining() throws IOException {
    CommandRun run =
        CommandRun.of(
            "compare",
            "HalfCheetah-v5",
            "--runs=" + FINISHED,
            "--against=" + CLEANRL,
            "--run-dir=" + study());

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    JsonNode result = Json.MAPPER.readTree(study().resolve("comparison.json").toFile());
    assertThat(values(result.at("/protocols/0/sides/0")))
        .containsExactly(3622, 1522, 2777, 3408, 3635);
    assertThat(values(result.at("/protocols/0/sides/1")))
        .containsExactlyInAnyOrder(1427, 1471, 1508, 1441);
    assertThat(result.at("/protocols/0/pairs/0/verdict").asText()).startsWith("With 5 and 4 seeds");
    assertThat(unwrapped(run)).contains("trainings of Hopper-v5 are left out", "contain no times");
  }

  @Test
  void badInputIsSaidInTheReport() throws IOException {
    csv("ours/CartPole-v1_1.csv", 200, 1);
    csv("ours/CartPole-v1_2.csv", 200, Double.NaN);
    csv("ours/CartPole-v1_3.csv", 50, 1);
    csv("theirs/CartPole-v1_1.csv", 200, 2);
    Files.createDirectories(parent.resolve("empty/CartPole-v1__ppo__1__1"));
    Files.createDirectory(parent.resolve("nothing"));

    CommandRun run =
        CommandRun.of(
            "compare",
            "CartPole-v1",
            "--runs=" + parent.resolve("ours"),
            "--against=" + parent.resolve("theirs"),
            "--against=" + parent.resolve("empty"),
            "--against=" + parent.resolve("nothing"),
            "--run-dir=" + study());

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(unwrapped(run))
        .contains("CartPole-v1_2.csv is left out: it has 200 episodes whose return is NaN or")
        .contains("CartPole-v1_3.csv is left out: it ends at step 500, not near 2,000")
        .contains("With 1 and 1 seeds (2 of ppo4j missing), nothing can be said")
        .contains("because one seed shows no spread")
        .contains("CartPole-v1__ppo__1__1 is left out: it has no finished episode")
        .contains(parent.resolve("nothing") + " holds no training: no event file");
    CommandRun gone = compare("--runs=" + parent.resolve("ours"), "--against=" + parent + "/gone");
    assertThat(gone.exitCode()).isEqualTo(1);
    assertThat(gone.err()).contains("there is no", "--against takes published, cleanrl, sb3 or a");
  }

  @Test
  void theCommandOfTheReportCanBePasted() throws IOException {
    csv("ours/CartPole-v1_1.csv", 200, 1);
    Path folder = parent.resolve("my study");

    CommandRun.of(
        "compare", "CartPole-v1", "--runs=" + parent.resolve("ours"), "--run-dir=" + folder);

    assertThat(Files.readString(folder.resolve("report.md")))
        .contains("./ppo4j compare CartPole-v1 --runs=")
        .contains(" '--run-dir=" + folder + "'");
  }

  private void csv(String name, int episodes, double value) throws IOException {
    StringBuilder text = new StringBuilder("global_step,episodic_return\n");
    for (int i = 1; i <= episodes; i++) {
      text.append(10 * i).append(',').append(value).append('\n');
    }
    Path file = parent.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static List<Integer> values(JsonNode side) {
    return StreamSupport.stream(side.get("per_seed").spliterator(), false)
        .map(seed -> (int) Math.round(seed.get("value").asDouble()))
        .toList();
  }

  private static float[] parameters(Path run) {
    return Checkpoint.read(RunFolder.open(run).latestCheckpoint().orElseThrow())
        .state()
        .floats("network/parameters");
  }

  private static boolean hasCheckpoint(Path run) {
    return Files.isDirectory(run.resolve("checkpoints"))
        && !RunFolder.open(run).checkpoints().isEmpty();
  }

  private static String[] with(String[] options, String more) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(more);
    return all.toArray(String[]::new);
  }

  /** The report in a terminal, without the ends of its lines. */
  private static String unwrapped(CommandRun run) {
    return run.out().replaceAll("\\s+", " ");
  }
}
