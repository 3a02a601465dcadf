package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class NumeralsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "64; 64",
        "-1; -1",
        "1e6; 1000000",
        "1E6; 1000000",
        "2.5e3; 2500",
        "10k; 10000",
        "2.5k; 2500",
        "3M; 3000000",
        "1m; 1000000",
        "1_000_000; 1000000",
        "10,000; 10000",
        "1,000,000; 1000000",
        "512.0; 512"
      })
  void integersInAllSpellings(String text, long value) {
    assertThat(Numerals.parseLong(text)).isEqualTo(value);
    assertThat(Numerals.parseInt(text)).isEqualTo((int) value);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "four", "", "1.5", "0.0001k", "1__0", "_1", "1_", "1,00", "0,001", "1,0000", "10kk", "1e",
        "0x10", "1 000", "NaN"
      })
  void whatIsNotAnIntegerIsRefused(String text) {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> Numerals.parseLong(text))
        .withMessage("'%s' is not an integer", text);
  }

  @Test
  void integersThatDoNotFitAreRefused() {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> Numerals.parseInt("3e9"))
        .withMessage("'3e9' is too large; the largest integer here is 2147483647");
    assertThat(Numerals.parseLong("3e9")).isEqualTo(3_000_000_000L);
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> Numerals.parseLong("1e9999"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "3e-4; 3e-4",
        ".5; 0.5",
        "2.; 2",
        "1_000.5; 1000.5",
        "1.5k; 1500",
        "1e38; 1e38",
        "Infinity; Infinity",
        "inf; Infinity",
        "-inf; -Infinity",
        "NaN; NaN"
      })
  void numbersInAllSpellings(String text, double value) {
    assertThat(Numerals.parseDouble(text)).isEqualTo(Double.valueOf(value));
  }

  @Test
  void aDecimalCommaIsRefused() {
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> Numerals.parseDouble("0,001"))
        .withMessage("'0,001' is not a number; write decimals with a point");
    assertThatExceptionOfType(TypeConversionException.class)
        .isThrownBy(() -> Numerals.parseDouble("1f"))
        .withMessage("'1f' is not a number");
  }
}
