package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.tensorboard.EventWriter;

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

  /** A curve needs numbers from after the first step. */
  @Test
  void aDamagedEventFileIsNamed() throws IOException {
    Instant start = Instant.ofEpochSecond(1_800_000_000);
    try (EventWriter events = EventWriter.create(folder, start)) {
      for (int step = 0; step < 50; step++) {
        events.scalar(start.plusSeconds(step), step, "eval/reward", step);
      }
    }
    Path file;
    try (Stream<Path> files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length / 2));
    CommandRun plotted = CommandRun.of("plot", folder.toString());
    assertThat(plotted.exitCode()).isZero();
    assertThat(plotted.err())
        .contains("Warning: %s does not end with a whole event".formatted(file))
        .satisfies(err -> assertThat(err.lines()).hasSize(1));
    Files.delete(folder.resolve("curves.csv"));
    Files.write(file, Arrays.copyOf(whole, 2 * whole.length / 50));
    plotted = CommandRun.of("plot", folder.toString());
    assertThat(plotted.exitCode()).isEqualTo(1);
    assertThat(plotted.err())
        .isEqualToNormalizingNewlines(
            "ppo4j: the event files of %s have no number from after the first step, so there is no curve; %s is damaged\n"
                .formatted(folder, file));
    assertThat(folder.resolve("curves.csv")).doesNotExist();
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
