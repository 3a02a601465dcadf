package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments that no command can use: one sentence, the documented exit code, nothing written. */
class BadArgumentsTest {

  private static void refused(int exitCode, String message, String... args) {
    CommandRun run = CommandRun.of(args);

    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err()).startsWith("ppo4j: ").contains(message).doesNotContain("\tat ");
    assertThat(run.err().lines()).hasSize(exitCode == 2 ? 2 : 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --run-dir=",
        "train --reference=",
        "compare CartPole-v1 --run-dir=",
        "compare CartPole-v1 --runs=",
        "compare CartPole-v1 --plots=",
        "compare CartPole-v1 --against=",
        "export x --output="
      })
  void anEmptyNameIsNotTheWorkingFolder(String line) {
    refused(
        2,
        "the name is empty; give a file or folder, or . for the working folder",
        line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"evaluate", "resume", "export"})
  void anEmptyRunIsNotTheWorkingFolder(String command) {
    refused(2, "the name is empty", command, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--no-norm-adv --norm-adv; --norm-adv and --no-norm-adv exclude each other",
        "--norm-adv=false --no-norm-adv; --norm-adv and --no-norm-adv exclude each other",
        "--lr-target-kl=0.02; --lr-target-kl has no effect with --lr-schedule linear",
        "--weight-decay=0.1; --weight-decay has no effect with --optimizer adam",
        "--policy-gain=1 --no-ortho-init; --policy-gain has no effect without --ortho-init",
        "--hidden-sizes=1000000000; lower --hidden-sizes or --critic-hidden-sizes",
        "--hidden-sizes=46341,46341; lower --hidden-sizes or --critic-hidden-sizes",
        "--hidden-sizes=65536,65536 --no-ortho-init; lower --hidden-sizes",
        "--hidden-sizes=65536,65536 --engine=dl4j; lower --hidden-sizes",
        "--critic-hidden-sizes=65536,65536; lower --hidden-sizes",
        "--num-envs=1 --num-steps=1073741824 --total-timesteps=2000000000; lower --num-steps,"
            + " --num-envs"
      })
  void optionsThatCannotBeMeantSoAreRefused(String options, String message, @TempDir Path parent)
      throws IOException {
    Path folder = parent.resolve("run");
    List<String> args = List.of(("train --quiet --run-dir=" + folder + " " + options).split(" "));

    refused(2, message, args.toArray(String[]::new));

    assertThat(Files.exists(folder)).isFalse();
  }

  @Test
  void aPolicyFileWithAnOverlongNameIsNotWritten(@TempDir Path parent) {
    Path folder = parent.resolve("run");
    assertThat(CommandRun.shortTraining(folder).exitCode()).isZero();

    refused(
        1,
        "cannot write " + parent.resolve("x".repeat(300)),
        "export",
        folder.toString(),
        "--output=" + parent.resolve("x".repeat(300)));
  }

  @Test
  void aFileInAMissingFolderIsNotExported(@TempDir Path parent) {
    Path folder = parent.resolve("run");
    assertThat(CommandRun.shortTraining(folder).exitCode()).isZero();
    Path missing = parent.resolve("missing");
    for (String format : List.of("--policy", "--onnx", "--dl4j")) {
      CommandRun run =
          CommandRun.of("export", folder.toString(), format, "--output=" + missing.resolve("p"));
      assertThat(run.exitCode()).isEqualTo(1);
      assertThat(run.err())
          .isEqualToNormalizingNewlines(
              "ppo4j: cannot write %s: %s does not exist\n"
                  .formatted(missing.resolve("p"), missing));
    }
    assertThat(missing).doesNotExist();
  }

  @Test
  void twoFormatsExcludeEachOther() {
    refused(2, "ppo4j: --dl4j, --onnx exclude each other\n", "export", "x", "--dl4j", "--onnx");
  }

  @Test
  void aCheckpointWithAnImpossibleStepIsNotOne(@TempDir Path parent) throws IOException {
    Path folder = parent.resolve("run");
    assertThat(CommandRun.shortTraining(folder).exitCode()).isZero();
    Files.writeString(folder.resolve("checkpoints/step_99999999999999999999999.zip"), "x");
    Files.createDirectory(folder.resolve("checkpoints/step_000000009999.zip"));

    CommandRun run = CommandRun.of("evaluate", folder.toString(), "--episodes=1");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err())
        .startsWith("Warning: ")
        .contains("step_000000009999.zip is a folder")
        .contains("trying the previous checkpoint");
  }
}
