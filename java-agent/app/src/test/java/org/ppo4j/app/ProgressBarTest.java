package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProgressBarTest {

  @Test
  void aTerminalOf80ColumnsShowsEverything() {
    String line = ProgressBar.line(16384, 49152, 3277, -17.04, 79);

    assertThat(line)
        .hasSize(79)
        .startsWith(" 33% [=======")
        .endsWith("] 3,277 steps/s, return -17.0, 10 s left");
  }

  @Test
  void longNumbersTakeTheSpaceOfTheBar() {
    String line = ProgressBar.line(999, 1000, 12_345_678, -123456.7, 79);

    assertThat(line).hasSize(79).contains("return -123456.7").startsWith(" 99% [=");
    assertThat(ProgressBar.line(1, 2, 1000, 5, 30)).isEqualTo(" 50% 1,000 steps/s, return 5.0");
  }

  @Test
  void aLongSilenceIsShownInTheBar() {
    String line = ProgressBar.line(16384, 49152, 3277, -17.04, 79);

    assertThat(ProgressBar.withSilence(line, 4.9)).isEqualTo(line);
    assertThat(ProgressBar.withSilence(line, 65))
        .hasSize(79)
        .startsWith(" 33% [ collecting, 1 min 05 s ")
        .endsWith(line.substring(40));
    assertThat(ProgressBar.withSilence(" 50% 1,000 steps/s", 65)).isEqualTo(" 50% 1,000 steps/s");
  }

  @Test
  void withoutEpisodesAndSpeedThereIsNoReturnAndNoTime() {
    assertThat(ProgressBar.line(0, 100, 0, Double.NaN, 60))
        .hasSize(60)
        .endsWith("] 0 steps/s, no episode yet");
  }
}
