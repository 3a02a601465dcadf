package org.ppo4j.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FinishedTest {
  @TempDir private Path folder;

  @Test
  void theLastRateThatCleanRlPrintsCounts() {
    String output = "global_step=88, episodic_return=22.0\nSPS: 611\nSPS: 702\n";

    assertThat(printed(output).sps()).isEqualTo(Figure.of(702));
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("SPS: soon\n").sps())
        .withMessage("it did not print SPS: N");
  }

  @Test
  void aDriversNumberIsTheLastWord() {
    assertThat(printed("warming up 3\n27895.25\n").last()).isEqualTo(Figure.of(27895.25));
    assertThat(printed("2.5E7\n").last()).isEqualTo(Figure.of(2.5e7));
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("").last())
        .withMessage("it did not print a number");
  }

  @Test
  void aPeerHasSolvedItsTaskWhereItSaysSo() {
    assertThat(printed("SPS: 700\nsolved_at=2708\n").secondsUntilSolved())
        .isEqualTo(new Figure(20, false));
    assertThat(printed("SPS: 700\n").secondsUntilSolved()).isEqualTo(new Figure(20, true));
  }

  @Test
  void oursIsReadFromTheSummary() throws IOException {
    Files.createDirectories(folder.resolve("run"));
    Files.writeString(
        folder.resolve("run/summary.json"),
        "{\"total_steps\": 500000, \"sps\": 160000.5, \"last100_mean_return\": 476.5}");
    Finished finished = printed("");

    assertThat(finished.loopRate()).isEqualTo(Figure.of(160000.5));
    assertThat(finished.wholeRate()).isEqualTo(Figure.of(25000)); // 500,000 in 20 s
    assertThat(finished.secondsUntil(475)).isEqualTo(new Figure(20, false));
    assertThat(finished.secondsUntil(480)).isEqualTo(new Figure(20, true));
  }

  @Test
  void aTrainingWithoutASummaryGivesNoFigure() {
    assertThatExceptionOfType(ProgramException.class)
        .isThrownBy(() -> printed("").loopRate())
        .withMessage("it left no summary.json");
  }

  private Finished printed(String output) {
    return new Finished(output, 20, folder);
  }
}
