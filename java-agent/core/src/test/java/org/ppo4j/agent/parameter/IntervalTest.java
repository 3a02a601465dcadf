package org.ppo4j.agent.parameter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[0, 1]; 0; true",
        "[0, 1]; 1; true",
        "[0, 1]; 1.5; false",
        "[0, 1]; NaN; false",
        "(0, inf); 0; false",
        "(0, inf); Infinity; false",
        "(0, inf]; Infinity; true",
        "(-inf, 0.5); -3; true",
        "(-inf, 0.5); 0.5; false"
      })
  void includesSquareEndsOnly(String notation, double value, boolean inside) {
    assertThat(Interval.parse(notation).contains(value)).isEqualTo(inside);
  }
}
