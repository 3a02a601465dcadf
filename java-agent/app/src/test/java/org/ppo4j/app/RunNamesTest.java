package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.Training;
import picocli.CommandLine.TypeConversionException;

class RunNamesTest {
  @TempDir private Path folder;
  private Path runs;

  @BeforeEach
  void makeRuns() throws IOException {
    runs = Path.of("").toAbsolutePath().relativize(folder.toRealPath()).resolve("runs");
    run("older", 1000);
    run("newest", 3000);
    run("middle", 2000);
    Files.createDirectories(runs.resolve("compare"));
  }

  private void run(String name, long millis) throws IOException {
    Files.createDirectories(runs.resolve(name).resolve("checkpoints"));
    Path config = Files.createFile(runs.resolve(name).resolve("config.json"));
    Files.setLastModifiedTime(config, FileTime.fromMillis(millis));
  }

  private Path resolved(Path name) {
    return RunNames.resolve(name, runs);
  }

  @Test
  void latestIsTheRunThatWasStartedLast() {
    Path newest = runs.resolve("newest");

    assertThat(resolved(Path.of("latest"))).isEqualTo(newest);
    assertThat(resolved(runs.resolve("latest"))).isEqualTo(newest);
    assertThat(resolved(runs.resolve("latest/checkpoints/best.zip")))
        .isEqualTo(newest.resolve("checkpoints/best.zip"));
  }

  @Test
  void aNameIsThatOfAFolderOfRuns() {
    assertThat(resolved(Path.of("older"))).isEqualTo(runs.resolve("older"));
    assertThat(resolved(runs.resolve("older"))).isEqualTo(runs.resolve("older"));
    assertThat(resolved(Path.of("nothing"))).isEqualTo(Path.of("nothing"));
    assertThat(resolved(Path.of("src"))).isEqualTo(Path.of("src"));
  }

  @Test
  void aFolderNamedLatestIsItself() throws IOException {
    run("latest", 500);

    assertThat(resolved(runs.resolve("latest"))).isEqualTo(runs.resolve("latest"));
  }

  @Test
  void aRunWithoutACheckpointNamesTheNewestBesideItThatHasOne() throws IOException {
    for (String name : List.of("older", "middle")) {
      Files.createFile(runs.resolve(name).resolve("checkpoints/step_000000000512.zip"));
    }

    assertThatThrownBy(
            () ->
                CheckpointArgument.read(
                    runs.resolve("newest"), new PrintWriter(Writer.nullWriter())))
        .isInstanceOf(CommandException.class)
        .hasMessageEndingWith("; the newest beside it with one is " + runs.resolve("middle"));
  }

  @Test
  void aPolicyThatHasLearntNothingIsWarnedOf() {
    Path file = folder.resolve("untrained.zip");
    try (Training training = Training.on("CartPole-v1").build()) {
      training.save(file);
    }
    StringWriter err = new StringWriter();

    CheckpointArgument.read(file, false, new PrintWriter(err));

    assertThat(err.toString())
        .startsWith("Warning: the policy of %s has learnt nothing".formatted(file));
  }

  @Test
  void withoutRunsNoneIsTheLatest() {
    Path none = folder.resolve("none");

    assertThatThrownBy(() -> RunNames.resolve(Path.of("latest"), none))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("there is no run in the folder");
  }
}
