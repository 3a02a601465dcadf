package org.ppo4j.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompletedRunTest {
  @TempDir private Path folder;

  @Test
  void theLastRateThatCleanRlPrintsCounts() {
    String output = "global_step=88, episodic_return=22.0\nSPS: 611\nSPS: 702\n";

    assertThat(printed(output).sps()).isEqualTo(Measurement.of(702));
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("SPS: soon\n").sps())
        .withMessage("it did not print SPS: N");
  }

  @Test
  void aDriversNumberIsTheLastWord() {
    assertThat(printed("warming up 3\n27895.25\n").last()).isEqualTo(Measurement.of(27895.25));
    assertThat(printed("2.5E7\n").last()).isEqualTo(Measurement.of(2.5e7));
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("").last())
        .withMessage("it did not print a number");
  }

  @Test
  void aPeerHasSolvedItsTaskWhereItSaysSo() {
    assertThat(printed("SPS: 700\nsolved_at=2708\n").secondsUntilSolved())
        .isEqualTo(new Measurement(20, false));
    assertThat(printed("SPS: 700\n").secondsUntilSolved()).isEqualTo(new Measurement(20, true));
  }

  @Test
  void oursIsReadFromTheSummary() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(
        folder.resolve("run/summary.json"),
        "{\"total_steps\": 500000, \"sps\": 160000.5, \"last100_mean_return\": 476.5}");
    CompletedRun completed = printed("");

    assertThat(completed.loopRate()).isEqualTo(Measurement.of(160000.5));
    assertThat(completed.wholeRate()).isEqualTo(Measurement.of(25000)); // 500,000 in 20 s
    assertThat(completed.secondsUntil(475)).isEqualTo(new Measurement(20, false));
    assertThat(completed.secondsUntil(480)).isEqualTo(new Measurement(20, true));
  }

  @Test
  void aTrainingWithoutASummaryGivesNoMeasurement() {
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("").loopRate())
        .withMessage("it wrote no summary.json");
  }

  private CompletedRun printed(String output) {
    return new CompletedRun(output, 20, folder);
  }
}
