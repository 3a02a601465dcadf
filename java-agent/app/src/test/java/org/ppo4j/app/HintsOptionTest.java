package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.run.FakeTraining;
import org.ppo4j.agent.run.RunFolder;

/** Trainings whose learning rate is so small that no parameter changes. */
class HintsOptionTest {
  private static final String STILL =
      "approx_kl was 0 in 5 updates in a row: the policy does not change; try a larger learningRate";

  @TempDir private Path folder;

  private List<String> hints(String... more) {
    Path run = folder.resolve("run" + more.length);
    String[] args = {"--learning-rate=1e-12", "--total-timesteps=1024"};
    CommandRun train =
        CommandRun.shortTraining(
            run, Stream.of(args, more).flatMap(Arrays::stream).toArray(String[]::new));
    assertThat(train).isEqualTo(new CommandRun(0, "", ""));
    return RunFolder.open(run).summary().hints();
  }

  @Test
  void hintsAreInTheSummary() {
    assertThat(hints()).containsExactly(STILL);
  }

  @Test
  void noHintsKeepsQuiet() {
    assertThat(hints("--no-hints")).isEmpty();
  }

  @Test
  void aContinuedTrainingKeepsItsHintsAndDoesNotRepeatThem() {
    hints();
    Path run = folder.resolve("run0");
    CommandRun resumed =
        CommandRun.of("resume", run.toString(), "--quiet", "--total-timesteps=2048");
    assertThat(resumed).isEqualTo(new CommandRun(0, "", ""));
    assertThat(RunFolder.open(run).summary().hints()).containsExactly(STILL);
  }

  /** As lines of a log, and above the bar of a terminal. */
  @ParameterizedTest
  @ValueSource(ints = {0, 120})
  void hintsArePrintedWithTheNamesOfOptions(int columns) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ProgressListener listener = new ProgressListener(err, columns);
    listener.started(new FakeTraining(0));
    listener.hinted(new Hint(Sign.RATIO_STAYS_ONE, 512, STILL, List.of("learningRate")));
    listener.finished(new Finished(Outcome.FINISHED, 512, null));

    assertThat(bytes.toString(StandardCharsets.UTF_8).lines().map(String::strip))
        .contains("Hint: " + STILL.replace("learningRate", "--learning-rate"));
  }
}
