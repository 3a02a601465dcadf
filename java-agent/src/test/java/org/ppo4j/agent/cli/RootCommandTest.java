package org.ppo4j.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Hyperparameters;

class RootCommandTest {

  @Test
  void helpNamesEveryHyperparameter() {
    CommandRun help = CommandRun.of("train", "--help");

    assertThat(help.exitCode()).isZero();
    for (RecordComponent component : Hyperparameters.components()) {
      String option = Hyperparameters.option(component.getName());
      assertThat(help.out())
          .contains(
              component.getType() == boolean.class
                  ? option.replace("--", "--[no-]") + "[=true|false]"
                  : option + "=");
    }
  }

  @Test
  void helpShowsDefaultsOfEveryProfileAndActionSpace() {
    String help = CommandRun.of("train", "--help").out().replaceAll("\\s+", " ");

    assertThat(help)
        .contains("Default: 500000, for continuous actions 1000000.")
        .contains("Default: true, with --profile cleanrl false.")
        .contains("Default: 64,64.");
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
            "CartPole-v1 +500 +Box\\(-inf, inf, \\(4,\\), float32\\) +Discrete\\(2\\)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "train --gama 0.9; Unknown option: '--gama', did you mean --gamma",
        "trian; did you mean train?",
        "train --gamma 1.5; --gamma must lie in [0, 1], but got 1.5 (discount)",
        "train --hidden-sizes 64,0; each of the --hidden-sizes must lie in [1, inf), but got [64, 0]",
        "train --num-envs four; '--num-envs': 'four' is not an int",
        "train --backend java; expected one of [AUTO, NATIVE, PYTHON]",
        "train --seed -1; --seed must not be negative",
        "evaluate; Missing required parameter: 'RUN'",
        "evaluate x --episodes 0; --episodes must be at least 1, but is 0",
        "; a command is missing"
      })
  void usageErrorsAreOneSentenceAndExitCode2(@Nullable String args, String message) {
    CommandRun run = CommandRun.of(args == null ? new String[0] : args.split(" "));

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("ppo4j: ").contains(message).contains("--help.");
    assertThat(run.err().lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "train --backend native CartPol-v1; there is no native environment CartPol-v1",
        "train --num-minibatches 999; --num-minibatches 999 is more than the 512 transitions",
        "train --env-kwargs gravity=1; has no argument gravity",
        "evaluate /nowhere; there is no checkpoint /nowhere",
        "evaluate /; / is not a run folder"
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
        .contains("\tat org.ppo4j.agent.checkpoint.CheckpointReader");
  }
}
