package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressLinesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ProgressLines progress =
      new ProgressLines(
          new PrintStream(bytes, true, StandardCharsets.UTF_8), 0, 1_000_000, nanos::get);

  private List<String> lines() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private void secondsPass(double seconds) {
    nanos.addAndGet((long) (seconds * 1e9));
  }

  /** 50,000 steps in 2 s are 25,000 a second; 950,000 more take 38 s. */
  @Test
  void aLineSaysWhereTheTrainingIs() {
    secondsPass(2);
    progress.show(50_000, 123.46);

    assertThat(lines())
        .containsExactly(
            "50,000 of 1,000,000 steps (5%), 25,000 steps/s, mean return 123.5, 38 s remaining");
  }

  @Test
  void aLineEndsWithTheActors() {
    progress.actors("3 actors on 2 nodes, 0.10 MB");
    secondsPass(2);
    progress.show(50_000, 123.46);

    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith("38 s remaining; 3 actors on 2 nodes, 0.10 MB");
  }

  /** Slow to 10,000 in 4 s, while the JVM warms up, then 20,000 a second. */
  @Test
  void thePaceIsThatOfTheLatestUpdates() {
    secondsPass(4);
    endUpdate(10_000);
    for (int i = 1; i <= 10; i++) {
      secondsPass(1);
      endUpdate(10_000 + 20_000 * i);
    }

    assertThat(lines()).last().asString().contains(" 20,000 steps/s").endsWith("40 s remaining");
  }

  /** An update of 10 s, of which collecting 200,000 steps takes 4. */
  @Test
  void thePaceWithinARolloutIsThatOfWholeUpdates() {
    secondsPass(2);
    progress.show(100_000, 1);
    assertThat(lines()).last().asString().as("of the first rollout").contains(" 50,000 steps/s");
    secondsPass(8);
    endUpdate(200_000);
    assertThat(lines()).last().asString().contains(" 20,000 steps/s").endsWith("40 s remaining");
    secondsPass(2);
    progress.show(300_000, 1);
    assertThat(lines()).last().asString().contains(" 20,000 steps/s").endsWith("35 s remaining");
  }

  private void endUpdate(long step) {
    progress.endUpdate(step);
    progress.show(step, 1);
  }

  @Test
  void linesAreATwentiethApartOrFiveSeconds() {
    secondsPass(1);
    progress.show(49_999, Double.NaN);
    assertThat(lines()).isEmpty();
    secondsPass(4);
    progress.show(49_999, Double.NaN);
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("mean return unknown, as no episode has ended");
    progress.show(50_000, 1);
    assertThat(lines()).hasSize(2);
    secondsPass(4.9);
    progress.show(60_000, 1);
    assertThat(lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"8.6, 9 s", "185, 3 min 05 s", "7620, 2 h 07 min", "3599.7, 1 h 00 min"})
  void durationsReadAsPeopleWriteThem(double seconds, String text) {
    assertThat(Durations.text(seconds)).isEqualTo(text);
  }
}
