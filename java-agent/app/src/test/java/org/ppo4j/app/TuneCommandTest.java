package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.run.RunFolder;

/** Searches on small tasks, with Optuna in the Python of the tests. */
@Tag("python")
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TuneCommandTest {
  private static final String SPACE =
      """
      learningRate: {low: 1e-4, high: 1e-2, log: true}
      numSteps: {choices: [16, 32]}
      gaeLambda: 0.9
      """;

  @TempDir private Path folder;

  private List<String> arguments(String... more) throws IOException {
    Path space = folder.resolve("space.yaml");
    Files.writeString(space, SPACE);
    List<String> args = new ArrayList<>(List.of("tune", "CartPole-v1", "--space=" + space));
    List<String> given = List.of(more);
    for (String usual : List.of("--run-dir=" + folder.resolve("run"), "--steps=4000", "--jobs=1")) {
      String name = usual.substring(0, usual.indexOf('=') + 1);
      if (given.stream().noneMatch(each -> each.startsWith(name))) {
        args.add(usual);
      }
    }
    args.addAll(given);
    return args;
  }

  private CommandRun tune(String... more) throws IOException {
    return CommandRun.of(arguments(more).toArray(String[]::new));
  }

  private static long count(String text, String word) {
    return text.lines().filter(line -> line.contains(word)).count();
  }

  @Test
  void writesAPresetThatTrainUses() throws IOException {
    CommandRun search = tune("--trials=3", "--num-envs=8");

    assertThat(search.exitCode()).as(search.err()).isZero();
    assertThat(search.out())
        .contains("Trials       3, 1 at a time, each 4,000 steps with the seeds [1000, 1001]");
    assertThat(search.err()).contains("; 3 of 3");
    Path run = folder.resolve("run");
    assertThat(run.resolve("report.html")).content().contains("<h2>Parallel coordinates</h2>");
    Path preset = run.resolve("preset.json");
    JsonNode json = Json.MAPPER.readTree(preset.toFile());
    assertThat(json.at("/hyperparameters/gae_lambda").asDouble()).isEqualTo(0.9);
    assertThat(json.at("/finding/search_seeds")).hasToString("[1000,1001]");

    CommandRun training =
        CommandRun.of("train", "--preset=" + preset, "--run-dir=" + folder.resolve("trained"));
    assertThat(training.exitCode()).as(training.err()).isZero();
    assertThat(training.out()).startsWith("Preset       " + preset + ": found by ./ppo4j tune");
    PpoConfig config = RunFolder.open(folder.resolve("trained")).config().hyperparameters();
    assertThat(config.totalTimesteps()).isEqualTo(4000);
    assertThat(config.collect().numEnvs()).isEqualTo(8);
    assertThat(config.optimizer().learningRate())
        .isEqualTo(json.at("/hyperparameters/learning_rate").asDouble());
  }

  @Test
  void continuesAStudyToTheTrialsWanted() throws IOException {
    assertThat(tune("--trials=2", "--seeds-per-trial=1", "--sampler=random").exitCode()).isZero();

    CommandRun more = tune("--trials=4", "--seeds-per-trial=1", "--sampler=cmaes");
    assertThat(more.exitCode()).as(more.err()).isZero();
    assertThat(count(more.err(), "trial ")).isEqualTo(2);
    CommandRun none = tune("--trials=4", "--seeds-per-trial=1");
    assertThat(none.exitCode()).isZero();
    assertThat(none.err()).doesNotContain("trial ");
    assertThat(none.out()).contains("Best  ");
  }

  @Test
  void refusesAStudyOfSomethingElse() throws IOException {
    assertThat(tune("--trials=1", "--seeds-per-trial=1").exitCode()).isZero();

    CommandRun seeds = tune("--trials=2", "--seeds-per-trial=2");
    assertThat(seeds.exitCode()).isEqualTo(1);
    assertThat(seeds.err())
        .contains("study.db cannot be used: it was begun with other values (seeds: [1000], now")
        .contains("choose another --study");
    CommandRun fixed = tune("--trials=2", "--seeds-per-trial=1", "--num-steps=16");
    assertThat(fixed.exitCode()).isEqualTo(1);
    assertThat(fixed.err()).contains("(space, numSteps: \"16 | 32\", now none)");
  }

  @Test
  void refusesAFileThatIsNotAStudy() throws IOException {
    Path file = folder.resolve("text.db");
    Files.writeString(file, "not a database, but a text of some length");

    CommandRun run = tune("--study=" + file);

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("text.db cannot be used: it is damaged, or not an SQLite database")
        .doesNotContain("\tat ");
    assertThat(file).hasContent("not a database, but a text of some length");
  }

  /** Its third sub-environment gives NaN; the search continues with two of them. */
  @Test
  void recordsTrialsThatDiverge() throws IOException {
    Path space = folder.resolve("envs.yaml");
    Files.writeString(space, "{numEnvs: {choices: [2, 4]}, numSteps: 32, numMinibatches: 2}");

    CommandRun run =
        CommandRun.of(
            "tune",
            Walk.register(),
            "--space=" + space,
            "--env-kwargs=quantity=reward",
            "--env-kwargs=value=NaN",
            "--env-kwargs=at=10",
            "--steps=1000",
            "--trials=6",
            "--jobs=1",
            "--seeds-per-trial=1",
            "--sampler=random",
            "--run-dir=" + folder.resolve("walk"));

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.err()).contains(": diverged: ").contains("; 6 of 6").doesNotContain("\tat ");
    assertThat(folder.resolve("walk/report.html")).content().contains("Trials that failed");
  }

  @Test
  void theStudyMayBeElsewhereAndTheCommandPrintedTrainsAsTheTrialsDid() throws IOException {
    Path elsewhere = folder.resolve("elsewhere/study.db");
    CommandRun search =
        tune(
            "--trials=1",
            "--steps=1000",
            "--seeds-per-trial=1",
            "--study=" + elsewhere,
            "--run-dir=" + folder.resolve("new/deep"),
            "--profile=cleanrl",
            "--algorithm=a2c",
            "--engine=simd");

    assertThat(search.exitCode()).as(search.err()).isZero();
    assertThat(elsewhere).exists();
    assertThat(search.out())
        .contains(
            "train CartPole-v1 --algorithm=a2c --profile=cleanrl --engine=simd --preset "
                + folder.resolve("new/deep/preset.json"));
    Files.writeString(folder.resolve("file"), "");
    CommandRun refused = tune("--trials=1", "--run-dir=" + folder.resolve("file/run"));
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).doesNotContain("trial 0");
  }

  @Test
  void saysWhyNoTrialIsComplete() throws IOException {
    Path space = folder.resolve("envs.yaml");
    Files.writeString(space, "{numEnvs: {choices: [3, 4]}, numSteps: 32, numMinibatches: 2}");

    CommandRun run =
        CommandRun.of(
            "tune",
            Walk.register(),
            "--space=" + space,
            "--env-kwargs=quantity=reward",
            "--env-kwargs=value=NaN",
            "--env-kwargs=at=10",
            "--steps=1000",
            "--trials=2",
            "--run-dir=" + folder.resolve("walk"));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains(
            "is complete, so there is no preset: 0 were pruned and 2 failed, the last because")
        .contains("diverged")
        .doesNotContain("\tat ");
    assertThat(folder.resolve("walk/preset.json")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--jobs=10000; --jobs must be from 1 to ",
        "--jobs=0; --jobs must be from 1 to ",
        "--trials=0; --trials must be at least 1",
        "--seeds-per-trial=0; --seeds-per-trial must be at least 1",
        "--seed=1; --seed must be at least 1000, because lower seeds are those of reported results",
        "--timeout=0; --timeout must be positive",
        "--timeout=1e18; --timeout must be positive and at most 1e+09, but is 1.0E18",
        "--seed=9223372036854775807; --seed 9223372036854775807 leaves no 2 seeds above it",
        "--steps=-5; must be at least 1, but are -5",
        "--network=org.none.Net; --network: the network's class org.none.Net is not on the class path",
        "--weight-decay=0.1; --weight-decay has no effect with --optimizer adam",
        "--action-head=beta; --action-head beta is for continuous actions",
        "--total-timesteps=5; --steps and --total-timesteps are the same",
        "--sampler=grid; expected one of [tpe, cmaes, random] but was 'grid'",
        "--preset=none.json; there is no file none.json",
        "--rpo-alpha=0.1; --rpo-alpha has no effect on ppo",
      })
  void refusesOptions(String option, String message) throws IOException {
    CommandRun run = tune(option);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).contains(message).doesNotContain("\tat ");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void refusesRolloutsThatDoNotFit() throws IOException {
    CommandRun run = tune("--steps=100");

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .contains("rollouts of up to 128 transitions, but a training has 100 steps");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no kill")
  void continuesAfterAKill() throws IOException, InterruptedException {
    Process process = process("--trials=3", "--steps=20000");
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.startsWith("trial 0")) {
        line = output.readLine();
      }
      Thread.sleep(200); // into the second trial
      process.destroyForcibly().waitFor();
    }

    CommandRun rest = tune("--trials=3", "--steps=20000");

    assertThat(rest.exitCode()).as(rest.err()).isZero();
    assertThat(rest.err()).contains("; 2 of 3").contains("; 3 of 3").doesNotContain("; 1 of 3");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no signals to send")
  void stopsCleanly() throws IOException, InterruptedException {
    Process process = process("--trials=1000", "--steps=100000000");
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.startsWith("Study ")) {
        line = output.readLine();
      }
      Thread.sleep(1000); // into the first trial
      new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();

      List<String> rest = output.lines().toList();
      assertThat(rest)
          .anyMatch(each -> each.startsWith("trial 0: interrupted; it will be tried again"))
          .anyMatch(each -> each.startsWith("Interrupted; the same command continues the study"));
      assertThat(process.waitFor()).isEqualTo(130);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts a search in another JVM, which receives signals. */
  private Process process(String... more) throws IOException {
    List<String> command =
        new ArrayList<>(
            OS.LINUX.isCurrentOs() ? List.of("env", "--default-signal=INT") : List.of());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules=jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName()));
    command.addAll(arguments(more));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  @Test
  void onlyOneSearchAtATimeHasAStudy() throws IOException, InterruptedException {
    Process process = process("--trials=1000", "--steps=100000000");
    try (BufferedReader output = process.inputReader()) {
      String line = output.readLine();
      while (line != null && !line.startsWith("Study ")) {
        line = output.readLine();
      }

      CommandRun run = tune("--trials=1000", "--steps=100000000");

      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err()).contains("another search is running with the study");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }
}
