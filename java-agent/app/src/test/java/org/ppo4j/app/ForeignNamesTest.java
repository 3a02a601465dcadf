package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.update.LrSchedule;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

class ForeignNamesTest {
  @TempDir private Path parent;

  private static CommandLine train() {
    return Objects.requireNonNull(RootCommand.commandLine("train").getSubcommands().get("train"));
  }

  private static String translate(String args) {
    return String.join(" ", ForeignNames.translate(train(), args.split(" ")));
  }

  static List<ForeignNames.Alias> aliases() {
    return ForeignNames.ALIASES;
  }

  static List<ForeignNames.Absent> absent() {
    return ForeignNames.ABSENT;
  }

  @ParameterizedTest
  @MethodSource("aliases")
  void everyAliasStandsForAnOptionAndIsNoneItself(ForeignNames.Alias alias) {
    CommandSpec spec = train().getCommandSpec();

    assertThat(spec.findOption(alias.name())).isNull();
    if (alias.option().equals(ForeignNames.ENV)) {
      assertThat(translate("train " + alias.name() + " Acrobot-v1")).isEqualTo("train Acrobot-v1");
    } else {
      assertThat(spec.findOption(alias.option())).isNotNull();
      assertThat(translate("train " + alias.name() + "=3"))
          .isEqualTo("train " + alias.option() + "=3");
    }
  }

  @Test
  void theDocumentNamesThemAll() throws IOException {
    String document = Files.readString(Path.of("../../docs/coming-from.md"));
    List<String> rows = document.lines().filter(line -> line.startsWith("| `--")).toList();

    assertThat(ForeignNames.ALIASES)
        .allSatisfy(
            alias ->
                assertThat(rows)
                    .anyMatch(
                        row ->
                            row.contains("`" + alias.name() + "`")
                                && row.contains("`" + alias.option() + "`")));
    assertThat(ForeignNames.ABSENT)
        .allSatisfy(absent -> assertThat(document).contains("`" + absent.name() + "`"));
  }

  @ParameterizedTest
  @MethodSource("absent")
  void whatThereIsNotIsRefusedInOneSentence(ForeignNames.Absent absent) {
    CommandRun run = CommandRun.of("train", absent.name(), "x");

    assertThat(train().getCommandSpec().findOption(absent.name())).isNull();
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("ppo4j: there is no option %s: %s".formatted(absent.name(), absent.instead()));
    assertThat(run.err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --total_timesteps 5 --run_dir=a_b | train --total-timesteps 5 --run-dir=a_b",
        "train --anneal-lr --quiet | train --lr-schedule=linear --quiet",
        "train --anneal_lr=false | train --lr-schedule=constant",
        "train --anneal-lr True -q | train --lr-schedule=linear -q",
        "train --no-anneal-lr=false | train --lr-schedule=linear",
        "train --lr=1e-3 --no_anneal_lr | train --learning-rate=1e-3 --lr-schedule=constant",
        "train --no-normalize-advantage | train --no-norm-adv",
        "train --env-id=A_b-v1 --seed 3 | train A_b-v1 --seed 3",
        "train --gym_id A-v1 | train A-v1",
        "train --seed 3 -- --lr | train --seed 3 -- --lr",
        "train --verbose 1 A-v1 | train --verbose A-v1",
        "train --verbose A-v1 | train --verbose A-v1",
        "train --verbose=0 | train --quiet",
        "train --wandb_project_name=p --wandb-entity e | train --track-project=p --track-entity e",
        "train --verbose 0 --seed 2 | train --quiet --seed 2",
        "train --made_up 3 | train --made-up 3"
      })
  void underscoresAndOthersNamesAreTranslated(String args, String translated) {
    assertThat(translate(args)).isEqualTo(translated);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --lr 1 --learning-rate 2 | --lr and --learning-rate are the same option; give one",
        "train --num_envs 1 --num-envs 2 | --num_envs and --num-envs are the same option",
        "train --n-steps 1 --no-num_steps | --n-steps and --num_steps are the same option",
        "train --env-id A --gym-id B | --env-id and --gym-id are the same option",
        "train --env-id --seed 3 | --env-id takes the id of an environment",
        "train --env-id | --env-id takes the id of an environment",
        "train --no-cuda | there is no option --cuda: ppo4j computes on the processor",
        "train --tensorboard_log=x | there is no option --tensorboard-log: curves for TensorBoard"
      })
  void twinsAndAbsentNamesAreRefused(String args, String message) {
    assertThatExceptionOfType(ParameterException.class)
        .isThrownBy(() -> translate(args))
        .withMessageStartingWith(message);
  }

  /** A name without a counterpart in the command is unchanged, and so is its error. */
  @Test
  void onlyOptionsOfTheCommandAreMeant() {
    assertThat(CommandRun.of("evaluate", "run", "--n-steps=3").err())
        .startsWith("ppo4j: there is no option --n-steps");
    assertThat(CommandRun.of("evaluate", "run", "--env-id=3").err())
        .startsWith("ppo4j: there is no option --env-id");
  }

  @Test
  void aTrainingUnderTheNamesOfStableBaselines() {
    Path runDir = parent.resolve("run");
    CommandRun run =
        CommandRun.of(
            "train",
            "--env-id=Acrobot-v1",
            "-q",
            "--run_dir=" + runDir,
            "--n-timesteps=0.5k",
            "--n-envs=2",
            "--n-steps=1_0",
            "--batch-size=5",
            "--n-epochs=2",
            "--lr=1e-3",
            "--clip-range=0.1",
            "--net-arch=8,16",
            "--anneal_lr",
            "False");

    assertThat(run).isEqualTo(new CommandRun(0, "", ""));
    RunConfig config = RunFolder.open(runDir).config();
    PpoConfig hyperparameters = config.hyperparameters();
    assertThat(config.env()).isEqualTo("Acrobot-v1");
    assertThat(hyperparameters.totalTimesteps()).isEqualTo(500);
    assertThat(hyperparameters.collect().numEnvs()).isEqualTo(2);
    assertThat(hyperparameters.collect().numSteps()).isEqualTo(10);
    assertThat(hyperparameters.update().numMinibatches()).isEqualTo(4);
    assertThat(hyperparameters.update().updateEpochs()).isEqualTo(2);
    assertThat(hyperparameters.optimizer().learningRate()).isEqualTo(1e-3);
    assertThat(hyperparameters.optimizer().lrSchedule()).isEqualTo(LrSchedule.CONSTANT);
    assertThat(hyperparameters.loss().clipCoef()).isEqualTo(0.1);
    assertThat(hyperparameters.network().hiddenSizes()).containsExactly(8, 16);
  }
}
