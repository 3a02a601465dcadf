package org.ppo4j.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.tensorboard.Events;

class RunRecorderTest {
  private static final Finished END = new Finished(Outcome.FINISHED, 512, null);

  private final AtomicLong millis = new AtomicLong(1_700_000_000_000L);
  @TempDir private Path path;

  private RunRecorder recorder() {
    RunRecorder recorder =
        new RunRecorder(RunFolder.create(path), () -> Instant.ofEpochMilli(millis.get()));
    recorder.started(new FakeTraining(0));
    return recorder;
  }

  private static Iteration iteration() {
    Metrics metrics = new Metrics();
    metrics.put("losses/value_loss", 0.5);
    metrics.put("clip/above_negative", 0.25);
    return new Iteration(1, 512, metrics);
  }

  @Test
  void writesEveryEpisode() throws IOException {
    RunRecorder recorder = recorder();
    recorder.episode(new Episode(12, 0, 9.5, 12));
    recorder.episode(new Episode(40, 1, -3, 28));
    recorder.finished(END);

    assertThat(path.resolve("episodes.csv"))
        .hasContent("global_step,episodic_return,episodic_length\n12,9.5,12\n40,-3.0,28\n");
  }

  @Test
  void flushesWhileItRuns() throws IOException {
    RunRecorder recorder = recorder();
    recorder.episode(new Episode(12, 0, 9.5, 12));
    assertThat(Files.size(path.resolve("episodes.csv"))).isZero();
    millis.addAndGet(1000);
    recorder.iteration(iteration());
    assertThat(Files.readString(path.resolve("episodes.csv"))).endsWith("12,9.5,12\n");
    recorder.finished(END);
  }

  @Test
  void curvesHaveTheNamesOfCleanRlAndOfEveryMetric() throws IOException {
    RunRecorder recorder = recorder();
    millis.addAndGet(2000);
    recorder.episode(new Episode(12, 0, 9.5, 12));
    recorder.iteration(iteration());
    assertThat(recorder.seconds()).isEqualTo(2);
    recorder.finished(END);

    String events =
        Files.readString(
            path.resolve("events.out.tfevents.1700000000.ppo4j"), StandardCharsets.ISO_8859_1);
    assertThat(events)
        .contains(
            "charts/episodic_return",
            "charts/episodic_length",
            "charts/SPS",
            "losses/value_loss",
            "clip/above_negative");
  }

  @Test
  void metricsThatAreUndefinedAreLeftOut() throws IOException {
    RunRecorder recorder = recorder();
    Metrics metrics = new Metrics();
    metrics.put("losses/explained_variance", Double.NaN);
    metrics.put("losses/value_loss", 1);
    recorder.iteration(new Iteration(1, 512, metrics));
    recorder.finished(END);

    String events =
        Files.readString(
            path.resolve("events.out.tfevents.1700000000.ppo4j"), StandardCharsets.ISO_8859_1);
    assertThat(events).contains("losses/value_loss").doesNotContain("explained_variance");
  }

  @Test
  void writesTheConfigurationFirstAndTheSummaryLast() {
    RunRecorder recorder = recorder();
    RunFolder folder = RunFolder.open(path);
    assertThat(folder.config()).isEqualTo(new FakeTraining(0).config());
    assertThat(path.resolve("summary.json")).doesNotExist();
    millis.addAndGet(2000);
    recorder.iteration(new Iteration(1, 512, new Metrics()));
    millis.addAndGet(1000); // for the last checkpoint, which is not part of the speed
    recorder.finished(new Finished(Outcome.FAILED, 512, new IllegalStateException("why")));

    RunSummary summary = folder.summary();
    assertThat(summary.outcome()).isEqualTo(Outcome.FAILED);
    assertThat(summary.error()).isEqualTo("why");
    assertThat(summary.totalSteps()).isEqualTo(512);
    assertThat(summary.sps()).isEqualTo(256);
  }

  @Test
  void theSummaryCountsTheRestartsAlsoOfAContinuedTraining() {
    RunRecorder first = recorder();
    first.iteration(restarted(2));
    TrainingState state = new TrainingState();
    first.save(state);
    first.finished(END);
    assertThat(RunFolder.open(path).summary().workerRestarts()).isEqualTo(2);

    RunRecorder second = new RunRecorder(RunFolder.open(path), Instant::now);
    second.restore(state);
    second.started(new FakeTraining(512));
    second.iteration(restarted(1));
    second.finished(END);
    assertThat(RunFolder.open(path).summary().workerRestarts()).isEqualTo(3);
  }

  private static Iteration restarted(int times) {
    Metrics metrics = new Metrics();
    metrics.put("charts/worker_restarts", times);
    return new Iteration(1, 512, metrics);
  }

  /** The hints before a stop are in the summary of the continued training, too. */
  @Test
  void theSummaryHasTheHintsInOrderAlsoOfAContinuedTraining() {
    RunRecorder first = recorder();
    first.hinted(new Hint(Sign.KL_SPIKES, 512, "too far; try less", List.of()));
    TrainingState state = new TrainingState();
    first.save(state);
    first.finished(END);
    assertThat(RunFolder.open(path).summary().hints()).containsExactly("too far; try less");

    RunRecorder second = new RunRecorder(RunFolder.open(path), Instant::now);
    second.restore(state);
    second.started(new FakeTraining(512));
    second.hinted(new Hint(Sign.NO_EPISODE, 1024, "naïve", List.of()));
    second.finished(END);
    assertThat(RunFolder.open(path).summary().hints())
        .containsExactly("too far; try less", "naïve");
  }

  @Test
  void saysWhatCannotBeWritten() throws IOException {
    RunFolder folder = RunFolder.create(path);
    Files.createDirectory(folder.episodes());

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> new RunRecorder(folder, Instant::now).started(new FakeTraining(0)))
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
    recorder.started(new FakeTraining(0));

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> recorder.finished(END))
        .withMessage("cannot write %s: No space left on device", folder.episodes());
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(folder.summary().error()).contains("episodes.csv: No space left on device");
  }

  /** A full disk does not end the training; what could not be written is written later. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void rowsWaitWhileTheyCannotBeWritten() throws IOException {
    RunFolder folder = RunFolder.create(path.resolve("run"));
    List<String> told = new ArrayList<>();
    AtomicLong nanos = new AtomicLong();
    RunRecorder recorder = new RunRecorder(folder, InstantSource.system(), nanos::get, told::add);
    recorder.started(new FakeTraining(0));
    Path away = Files.move(folder.path(), path.resolve("away"));
    for (int second = 1; second <= 3; second++) {
      nanos.addAndGet(1_000_000_000);
      recorder.episode(new Episode(second, 0, 1, 1));
      recorder.force();
    }
    assertThat(told).hasSize(1).first().asString().contains("its folder was deleted or moved");
    Files.move(away, folder.path());
    recorder.finished(END);

    assertThat(folder.episodes())
        .hasContent("global_step,episodic_return,episodic_length\n1,1.0,1\n2,1.0,1\n3,1.0,1\n");
    assertThat(Events.scalars(folder)).hasSize(6);
    assertThat(told).hasSize(2).last().asString().contains("can be written again");
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FINISHED);
  }

  /** A clock that is set changes the times of events only. */
  @Test
  void durationsDoNotComeFromTheClock() {
    RunFolder folder = RunFolder.create(path);
    AtomicLong nanos = new AtomicLong(-5);
    RunRecorder recorder =
        new RunRecorder(folder, () -> Instant.ofEpochSecond(millis.get()), nanos::get, _ -> {});
    recorder.started(new FakeTraining(0));
    millis.set(-3600);
    nanos.addAndGet(2_000_000_000);
    recorder.iteration(iteration());
    millis.set(Instant.MAX.getEpochSecond());
    assertThat(recorder.seconds()).isEqualTo(2);
    recorder.finished(END);

    assertThat(folder.summary().wallSeconds()).isEqualTo(2);
    assertThat(folder.summary().sps()).isEqualTo(256);
  }
}
