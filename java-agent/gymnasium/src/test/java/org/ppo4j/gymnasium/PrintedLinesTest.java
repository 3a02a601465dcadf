package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintedLinesTest {
  private static List<String> lines(String printed) throws IOException {
    List<String> lines = new ArrayList<>();
    PrintedLines.read(
        new ByteArrayInputStream(printed.getBytes(StandardCharsets.UTF_8)), lines::add);
    return lines;
  }

  @Test
  void splitsAtEveryKindOfLineEndAndLeavesOutEmptyLines() throws IOException {
    assertThat(lines("a\nb\r\n\n10%\r20%\rend")).containsExactly("a", "b", "10%", "20%", "end");
  }

  @Test
  void escapesControlCharacters() throws IOException {
    assertThat(lines("\u001b[2Jgone\tä\u0000\u009b\u007f\n"))
        .containsExactly("\\x1b[2Jgone\tä\\x00\\x9b\\x7f");
  }

  @Test
  void cutsLongLines() throws IOException {
    String exact = "x".repeat(PrintedLines.LONGEST);
    assertThat(lines(exact + "\nnext")).containsExactly(exact, "next");
    assertThat(lines(exact + "y".repeat(100_000) + "\nnext"))
        .containsExactly(exact + " [...]", "next");
    assertThat(lines(exact + "y")).containsExactly(exact + " [...]");
  }

  @Test
  void stopsWhenNoMoreLinesAreWanted() throws IOException {
    List<String> lines = new ArrayList<>();
    PrintedLines.read(
        new ByteArrayInputStream("a\nb\n".getBytes(StandardCharsets.UTF_8)),
        line -> !lines.add(line));
    assertThat(lines).containsExactly("a");
  }
}
