package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotCommandTest {
  @TempDir private Path folder;

  @Test
  void aRunIsPlottedIntoItsFolder() throws IOException {
    Path run = folder.resolve("run");
    CommandRun.shortTraining(run, "--seed=1");
    CommandRun plotted = CommandRun.of("plot", run.toString());
    assertThat(plotted.exitCode()).as(plotted.err()).isZero();
    assertThat(plotted.out())
        .isEqualToNormalizingNewlines(
            "Written: %1$s/curves.svg%nWritten: %1$s/curves.html%nWritten: %1$s/curves.csv%n"
                .formatted(run));
    assertThat(Files.readString(run.resolve("curves.svg")))
        .contains("CartPole-v1, ppo, default")
        .contains("Explained variance")
        .contains("Six cases of the clipped objective");
    assertThat(CommandRun.of("plot", run.toString()).exitCode()).as("again").isZero();
  }

  @Test
  void runsWithOtherHyperparametersAreOtherCurves() throws IOException {
    CommandRun.shortTraining(folder.resolve("a"), "--seed=1");
    CommandRun.shortTraining(folder.resolve("b"), "--seed=2");
    CommandRun.shortTraining(folder.resolve("c"), "--gamma=0.9");
    Path out = folder.resolve("out");
    CommandRun plotted =
        CommandRun.of("plot", folder.toString(), "--x", "time", "--out", out.toString());
    assertThat(plotted.exitCode()).as(plotted.err()).isZero();
    assertThat(Files.readString(out.resolve("curves.html")))
        .contains("<td>CartPole-v1, ppo, default, a</td><td>2</td>")
        .contains("<td>CartPole-v1, ppo, default, c</td><td>1</td>");
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    CommandRun plotted = CommandRun.of("plot", folder.toString());
    assertThat(plotted.exitCode()).isEqualTo(1);
    assertThat(plotted.err())
        .contains("neither " + folder + " nor a folder in it has an event file");
    assertThat(folder).isEmptyDirectory();
  }
}
