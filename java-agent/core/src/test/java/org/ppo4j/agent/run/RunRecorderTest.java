package org.ppo4j.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.event.UpdateStats;
import org.ppo4j.agent.loss.ClipCase;

class RunRecorderTest {
  private static final UpdateStats STATS =
      new UpdateStats(1, 2, 3, 4, 5, 6, 7, 8, 0.2, Map.of(ClipCase.ABOVE_NEGATIVE, 0.25));

  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  @TempDir private Path path;

  private RunRecorder recorder() {
    return new RunRecorder(RunFolder.create(path), () -> Instant.ofEpochMilli(millis.get()));
  }

  @Test
  void writesEveryEpisode() throws IOException {
    try (RunRecorder recorder = recorder()) {
      recorder.episode(12, 0, 9.5, 12);
      recorder.episode(40, 1, -3, 28);
    }

    assertThat(path.resolve("episodes.csv"))
        .hasContent("global_step,episodic_return,episodic_length\n12,9.5,12\n40,-3.0,28\n");
  }

  @Test
  void flushesWhileItRuns() throws IOException {
    try (RunRecorder recorder = recorder()) {
      recorder.episode(12, 0, 9.5, 12);
      assertThat(Files.size(path.resolve("episodes.csv"))).isZero();
      millis.addAndGet(1000);
      recorder.update(512, 1e-3, STATS);
      assertThat(Files.readString(path.resolve("episodes.csv"))).endsWith("12,9.5,12\n");
    }
  }

  @Test
  void curvesHaveTheNamesOfCleanRl() throws IOException {
    try (RunRecorder recorder = recorder()) {
      millis.addAndGet(2000);
      recorder.episode(12, 0, 9.5, 12);
      recorder.update(512, 1e-3, STATS);
      assertThat(recorder.seconds()).isEqualTo(2);
    }

    String events =
        Files.readString(
            path.resolve("events.out.tfevents.1700000000.ppo4j"), StandardCharsets.ISO_8859_1);
    assertThat(events)
        .contains(
            "charts/episodic_return",
            "charts/episodic_length",
            "charts/SPS",
            "charts/learning_rate",
            "losses/value_loss",
            "losses/policy_loss",
            "losses/entropy",
            "losses/old_approx_kl",
            "losses/approx_kl",
            "losses/clipfrac",
            "losses/explained_variance",
            "losses/gradient_norm",
            "charts/clip_coef",
            "clip/above_negative");
  }

  @Test
  void meansTheLastHundredReturns() {
    try (RunRecorder recorder = recorder()) {
      assertThat(recorder.returns().mean()).isNaN();
      for (int i = 1; i <= 250; i++) {
        recorder.episode(i, 0, i, 1);
      }
      assertThat(recorder.returns().mean()).isEqualTo(200.5); // the mean of 151 .. 250
      assertThat(recorder.returns().episodes()).isEqualTo(250);
    }
  }

  @Test
  void saysWhatCannotBeWritten() throws IOException {
    RunFolder folder = RunFolder.create(path);
    Files.createDirectory(folder.episodes());

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new RunRecorder(folder, Instant::now))
        .withMessageContaining("cannot write")
        .withMessageContaining("episodes.csv");
  }

  /** {@code /dev/full} answers every write as a full disk does. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void saysThatTheDiskIsFull() throws IOException {
    RunFolder folder = RunFolder.create(path);
    Files.createSymbolicLink(folder.episodes(), Path.of("/dev/full"));
    RunRecorder recorder = new RunRecorder(folder, Instant::now);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(recorder::close)
        .withMessage("cannot write %s: No space left on device", folder.episodes());
  }
}
