package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TerminalTest {
  private static final String COLUMNS = "ppo4j.columns";

  /** Cursor up, erase the line; the tests' JVM has the incubator module too. */
  @Test
  void theIncubatorsWarningIsErasedFromATerminal() {
    assertThat(erased("80")).isEqualTo("\033[1A\033[2K");
  }

  @Test
  void nothingIsWrittenToALog() {
    assertThat(erased("0")).isEmpty();
    assertThat(erased("")).isEmpty();
  }

  @Test
  void firstWordsAreColouredInATerminalAlone() {
    assertThat(Terminal.marked("Hint: a: b", true)).isEqualTo("\033[1mHint:\033[0m a: b");
    assertThat(Terminal.marked("ppo4j: wrong", true)).isEqualTo("\033[1;31mppo4j:\033[0m wrong");
    assertThat(Terminal.marked("seed 1: done", true)).isEqualTo("seed 1: done");
    assertThat(Terminal.marked("Hint: a: b", false)).isEqualTo("Hint: a: b");
  }

  /** Returns what is written to standard error if the launcher found that many columns. */
  private static String erased(String columns) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setProperty(COLUMNS, columns);
    System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    try {
      Terminal.eraseIncubatorWarning();
    } finally {
      System.setErr(before);
      System.clearProperty(COLUMNS);
    }
    return written.toString(StandardCharsets.UTF_8);
  }
}
