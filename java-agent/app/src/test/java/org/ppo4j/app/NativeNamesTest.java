package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class NativeNamesTest {

  @Test
  void namesThatWereUnderstoodPass() {
    assertThat(NativeNames.refusal(List.of("train", "r \u00fc", "what?"), "/\u00fc", "UTF-8"))
        .isEmpty();
  }

  @Test
  void aWorkingFolderIsRefusedByName() {
    assertThat(NativeNames.refusal(List.of(), "/w\uFFFD", "ANSI_X3.4-1968"))
        .hasValue(
            "the working folder '/w?' cannot be decoded: it is not in ANSI_X3.4-1968, the encoding of"
                + " this locale; start ppo4j with ./ppo4j, or set LC_ALL=C.UTF-8");
  }

  @Test
  void everyCommandRefusesAnArgumentByName() {
    CommandRun run = CommandRun.of("train", "\uFFFD-v0");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("ppo4j: the argument '?-v0' cannot be decoded")
        .hasLineCount(1);
  }

  /** macOS has its names in UTF-8 whatever the locale. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aJvmInALocaleOfAsciiWritesNoFolderOfAnotherName(@TempDir Path folder)
      throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String script =
        "LC_ALL=C exec \"$0\" \"$@\" --total-timesteps=512 --run-dir=\"$(printf 'r \\303\\274')\"";
    Process process =
        new ProcessBuilder(
                List.of(
                    "sh",
                    "-c",
                    script,
                    java,
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.ppo4j.app.Main",
                    "train"))
            .directory(folder.toFile())
            .start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(err)
        .contains(
            "ppo4j: the argument '--run-dir=r ??' cannot be decoded: it is not in ANSI_X3.4-1968")
        .doesNotContain("Exception");
    try (Stream<Path> written = Files.list(folder)) {
      assertThat(written).isEmpty();
    }
  }
}
