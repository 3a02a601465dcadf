package org.ppo4j.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.tensorboard.EventReader;
import org.ppo4j.agent.tensorboard.Events;

/** What a run's files hold after a training was resumed from an earlier step. */
class ResumedFilesTest {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000L);

  @TempDir private Path path;

  private final TrainingState state = new TrainingState();

  /** Records episodes at 12, 40 and 60 and evaluations at 32 and 64; the state is that of 50. */
  private RunFolder recorded() {
    RunFolder folder = RunFolder.create(path);
    RunRecorder recorder = new RunRecorder(folder, () -> START);
    recorder.started(new FakeTraining(0));
    recorder.episode(new Episode(12, 0, 9.5, 12));
    recorder.evaluated(
        new Evaluation(32, new EvaluationResult(new double[] {1, 3}, new int[] {5, 6})));
    recorder.episode(new Episode(40, 1, -3, 28));
    recorder.save(state);
    recorder.episode(new Episode(60, 1, 7, 20));
    recorder.evaluated(new Evaluation(64, new EvaluationResult(new double[] {8}, new int[] {8})));
    recorder.finished(new Finished(Outcome.STOPPED, 64, null));
    return folder;
  }

  private void resume(RunFolder folder) {
    RunRecorder recorder = new RunRecorder(folder, () -> START);
    recorder.restore(state);
    recorder.started(new FakeTraining(50));
    recorder.episode(new Episode(70, 0, 4, 30));
    recorder.finished(new Finished(Outcome.FINISHED, 70, null));
  }

  @Test
  void laterRowsAndEventsAreDropped() throws IOException {
    RunFolder folder = recorded();
    resume(folder);

    assertThat(folder.episodes())
        .hasContent(
            "global_step,episodic_return,episodic_length\n12,9.5,12\n40,-3.0,28\n70,4.0,30\n");
    assertThat(folder.evaluations())
        .hasContent("global_step,episodes,mean_return,std_return,mean_length\n32,2,2.0,1.0,5.5\n");
    assertThat(Events.scalars(folder))
        .containsExactly(
            "12 charts/episodic_return 9.5",
            "12 charts/episodic_length 12.0",
            "32 charts/eval_return 2.0",
            "40 charts/episodic_return -3.0",
            "40 charts/episodic_length 28.0",
            "70 charts/episodic_return 4.0",
            "70 charts/episodic_length 30.0");
  }

  /** A power cut may leave half a row, or sectors of zeros; what is whole before them stays. */
  @ParameterizedTest
  @ValueSource(strings = {"4", "45,1.0", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "nonsense\n"})
  void whatAPowerCutLeftAtTheEndIsDropped(String garbage) throws IOException {
    RunFolder folder = recorded();
    Path events = folder.eventFile().orElseThrow();
    Files.write(events, Arrays.copyOf(Files.readAllBytes(events), eventBytesUntil40()));
    Files.writeString(
        folder.episodes(),
        "global_step,episodic_return,episodic_length\n12,9.5,12\n40,-3.0,28\n" + garbage);
    Files.writeString(events, garbage, StandardOpenOption.APPEND);

    resume(folder);

    assertThat(folder.episodes())
        .hasContent(
            "global_step,episodic_return,episodic_length\n12,9.5,12\n40,-3.0,28\n70,4.0,30\n");
    assertThat(Events.scalars(folder)).hasSize(7).contains("70 charts/episodic_return 4.0");
  }

  @Test
  void filesThatAreGoneAreMadeAgain() throws IOException {
    RunFolder folder = recorded();
    Files.delete(folder.episodes());
    Files.delete(folder.eventFile().orElseThrow());

    resume(folder);

    assertThat(folder.episodes())
        .hasContent("global_step,episodic_return,episodic_length\n70,4.0,30\n");
    assertThat(Events.scalars(folder)).hasSize(2);
  }

  @Test
  void timeRunsOn() {
    RunFolder folder = recorded();
    state.put("run/seconds", new double[] {90});
    RunRecorder recorder = new RunRecorder(folder, () -> START);
    recorder.restore(state);
    recorder.started(new FakeTraining(50));
    assertThat(recorder.seconds()).isEqualTo(90);
    recorder.finished(new Finished(Outcome.FINISHED, 50, null));
  }

  private int eventBytesUntil40() throws IOException {
    return Math.toIntExact(EventReader.endOf(RunFolder.open(path).eventFile().orElseThrow(), 50));
  }
}
