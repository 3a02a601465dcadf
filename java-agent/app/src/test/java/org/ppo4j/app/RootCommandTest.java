package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.config.Hyperparameters;

class RootCommandTest {

  @Test
  void helpNamesEveryHyperparameter() {
    CommandRun help = CommandRun.of("train", "--help-all");

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("docs/coming-from.md").doesNotContain("--batch-size");
    for (Hyperparameters.Entry entry : Hyperparameters.all()) {
      String option = OptionNames.option(entry.name());
      assertThat(help.out())
          .contains(
              entry.type() == boolean.class
                  ? option.replace("--", "--[no-]") + "[=true|false]"
                  : option + "=");
    }
  }

  @Test
  void helpShowsDefaultsOfEveryProfileAndActionSpace() {
    String help = CommandRun.of("train", "--help-all").out().replaceAll("\\s+", " ");

    assertThat(help)
        .contains("Default: 500000, for continuous actions 1000000.")
        .contains("Default: true, with --profile cleanrl false.")
        .contains("Default: 64,64.");
  }

  @Test
  void helpOfTrainFitsOneScreen() {
    List<String> lines = CommandRun.of("train", "--help").out().lines().toList();

    assertThat(lines)
        .hasSizeLessThanOrEqualTo(44)
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80))
        .anyMatch(line -> line.startsWith("  --total-timesteps=N "))
        .last()
        .asString()
        .matches("--help-all lists all \\d+ options\\.");
    assertThat(lines.indexOf("Most used")).isLessThan(lines.indexOf("For programs"));
  }

  @ParameterizedTest
  @CsvSource({"bash, complete -F _complete_ppo4j", "zsh, bashcompinit", "fish, complete -c ppo4j"})
  void completionKnowsCommandsAndOptions(String shell, String text) {
    CommandRun run = CommandRun.of("completion", shell);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(text, "train", "learning-rate", "doctor");
  }

  @Test
  void bashCompletesACommand() throws IOException, InterruptedException {
    Process bash =
        new ProcessBuilder(
                "bash",
                "-c",
                "source /dev/stdin; COMP_WORDS=(ppo4j train --learn); COMP_CWORD=2;"
                    + " _complete_ppo4j; echo ${COMPREPLY[@]}")
            .redirectError(ProcessBuilder.Redirect.DISCARD) // not called by a completion
            .start();
    try (Writer in = bash.outputWriter()) {
      in.write(CommandRun.of("completion", "bash").out());
    }

    assertThat(bash.inputReader().lines().toList()).containsExactly("--learning-rate");
    assertThat(bash.waitFor()).isZero();
  }

  @Test
  void versionNamesProjectAndJdk() {
    CommandRun version = CommandRun.of("--version");

    assertThat(version.exitCode()).isZero();
    assertThat(version.out())
        .matches("(?s)ppo4j \\d+\\.\\d+.*")
        .contains(Runtime.version().toString());
  }

  @Test
  void listsNativeEnvironments() {
    assertThat(CommandRun.of("envs").out())
        .containsPattern(
            "CartPole-v1 +500 +Discrete\\(2\\) +Box\\(\\[-4.8 -inf -0.41887903 -inf\\],"
                + " \\[4.8 inf 0.41887903 inf\\], \\(4,\\), float32\\)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --gama 0.9| there is no option --gama; did you mean --gamma?",
        "trian| there is no command 'trian'; did you mean train; the commands are train, resume,",
        "foo| there is no command 'foo'; the commands are train, resume, evaluate, enjoy,",
        "train CartPole-v1 Acrobot-v1| there is an argument too many, 'Acrobot-v1'",
        "train --num-minibatches 999| --num-minibatches 999 is more than the 512 transitions",
        "train --total-timesteps 5| --total-timesteps 5 is less than one batch of 512",
        "train --num-workers 2| --num-workers is for environments in Python, but CartPole-v1 is",
        "train --step-timeout 2| --step-timeout is for environments in Python",
        "train --gamma 1.5| --gamma must lie in [0, 1], but got 1.5 (discount)",
        "train --hidden-sizes 64,0| each of the --hidden-sizes must lie in [1, inf), but got [64,"
            + " 0]",
        "train --critic-hidden-sizes 8 --shared-trunk| --critic-hidden-sizes has no effect with"
            + " --shared-trunk",
        "train --num-envs four| four' is not an integer",
        "train --seed abc| abc' is not an integer",
        "train --gamma abc| abc' is not a number",
        "train --gamma 0,9| '0,9' is not a number; write decimals with a point",
        "train --num-steps 1.5| '1.5' is not an integer",
        "train --batch-size 100| --batch-size 100 does not divide the 512 transitions of a batch",
        "train --batch-size 0| --batch-size 0 does not divide the 512 transitions of a batch",
        "train --minibatch-size 8 --num-minibatches 4| --batch-size and --num-minibatches exclude",
        "train --quiet --verbose| --quiet and --verbose contradict each other",
        "train --backend java| expected one of [auto, native, python] but was 'java'",
        "train --action-bounds x| Invalid value for option '--action-bounds': expected one of"
            + " [clip, squash, none] but was 'x'",
        "train --action-head state| expected one of [gaussian, state-dependent-gaussian, beta,"
            + " gsde] but was 'state'",
        "train --profile x| expected one of [default, cleanrl] but was 'x'",
        "train --env-kwargs gravity| ppo4j: --env-kwargs takes NAME=VALUE, but got 'gravity'",
        "train --seed -1| --seed must not be negative",
        "evaluate| Missing required parameter: 'RUN'",
        "evaluate x --episodes 0| --episodes must be at least 1, but is 0"
      })
  void usageErrorsAreOneSentenceAndExitCode2(String args, String message) {
    CommandRun run = CommandRun.of(args.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: ").contains(message).contains("--help.");
    assertThat(run.err().lines()).hasSize(2);
  }

  /** Commands that are not named have no options, but their names are known anywhere. */
  @Test
  void optionsMayStandBeforeTheCommand() {
    assertThat(CommandRun.of("--debug", "train", "--seed", "-1").err())
        .startsWith("ppo4j: --seed must not be negative")
        .contains("\tat org.ppo4j.app.TrainCommand.call");
    assertThat(CommandRun.of("envs", "--version").out()).startsWith("ppo4j ");
  }

  @Test
  void nothingIsSuggestedWhereNothingIsNear() {
    assertThat(CommandRun.of("train", "--frobnicate=3").err().lines().findFirst())
        .contains("ppo4j: there is no option --frobnicate");
  }

  @Test
  void withoutACommandTheCommandsAreListed() {
    CommandRun run = CommandRun.of();

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("Commands:")
        .containsPattern("train +Trains an agent")
        .containsPattern("envs +Lists the native environments");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --backend native CartPol-v1| there is no native environment CartPol-v1",
        "train --env-kwargs gravity=1| has no argument gravity",
        "evaluate /nowhere| there is no run folder or checkpoint /nowhere; RUN is a folder that",
        "evaluate /nowhere --best| there is no run folder or checkpoint /nowhere; RUN is a folder",
        "resume /nowhere| there is no run folder or checkpoint /nowhere; RUN is a folder that"
            + " train",
        "export /nowhere| there is no run folder or checkpoint /nowhere; RUN is a folder that"
            + " train",
        "evaluate /| / is not a run folder",
        "resume /| / is not a run folder"
      })
  void otherErrorsAreOneLineAndExitCode1(String args, String message) {
    CommandRun run = CommandRun.of(args.split(" "));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("ppo4j: ").contains(message);
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void debugShowsTheStackTrace() {
    assertThat(CommandRun.of("evaluate", "/nowhere", "--debug").err())
        .contains("\tat org.ppo4j.app.CheckpointArgument");
  }
}
