package org.ppo4j.lab.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AxisTest {

  /** A sixth of the range is rounded up to 1, 2, 5 or 10 times a power of ten. */
  @ParameterizedTest
  @CsvSource({
    "0, 6, 0 1 2 3 4 5 6",
    "0, 10, 0 2 4 6 8 10", // 10 / 6 = 1.67, so 2
    "0, 500, 0 100 200 300 400 500", // 83.3, so 100
    "3, 20, 5 10 15 20", // 2.83, so 5
    "-7, 7, -5 0 5", // 2.33, so 5
    "1000, 1003, 1000 1000.5 1001 1001.5 1002 1002.5 1003",
    "0.011, 0.05, 0.02 0.03 0.04 0.05" // 0.0065, so 0.01
  })
  void linearTicksAreRoundAndWithinTheRange(double low, double high, String expected) {
    double[] ticks =
        new Axis(low, high, 0, 100, false).ticks().stream().mapToDouble(each -> each).toArray();

    assertThat(ticks).containsExactly(numbers(expected), within(1e-9));
  }

  @Test
  void zeroIsExact() {
    assertThat(new Axis(-0.3, 0.3, 0, 100, false).ticks()).contains(0.0);
  }

  @ParameterizedTest
  @CsvSource({"1, 100, 1 2 5 10 20 50 100", "3, 30, 5 10 20", "0.4, 1.5, 0.5 1"})
  void logarithmicTicksAreOneTwoAndFiveTimesPowersOfTen(double low, double high, String expected) {
    double[] ticks =
        new Axis(low, high, 0, 100, true).ticks().stream().mapToDouble(each -> each).toArray();

    assertThat(ticks).containsExactly(numbers(expected), within(1e-9));
  }

  @Test
  void pixelsAreLinearInTheValueOrInItsLogarithm() {
    assertThat(new Axis(10, 20, 100, 300, false).pixels(new double[] {10, 15, 20}))
        .containsExactly(100, 200, 300);
    assertThat(new Axis(0, 1, 50, 0, false).pixel(0.25)).isEqualTo(37.5); // upwards
    assertThat(new Axis(1, 100, 0, 200, true).pixel(10)).isCloseTo(100, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "0.25, 0.25", "-150, -150", "1500, 1.5k", "-2000, -2k", "2500000, 2.5M"})
  void labelsAreShort(double tick, String label) {
    assertThat(Axis.label(tick)).isEqualTo(label);
  }

  private static double[] numbers(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToDouble(Double::valueOf).toArray();
  }
}
