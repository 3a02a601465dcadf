package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Java ignores an archive of classes that does not fit, without a message. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class LauncherArchiveTest {
  @TempDir private Path folder;

  @Test
  void whatIsNoArchive() throws IOException, InterruptedException {
    assertPassedOver("no archive".repeat(1000).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void oneOfOtherClassesWholeAndCutOff() throws IOException, InterruptedException {
    Path made = folder.resolve("other.jsa");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process other =
        new ProcessBuilder(List.of(java, "-XX:ArchiveClassesAtExit=" + made, "-version"))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    assertThat(other.waitFor()).isZero();
    byte[] content = Files.readAllBytes(made);

    assertPassedOver(content);
    assertPassedOver(Arrays.copyOf(content, content.length / 2));
  }

  private void assertPassedOver(byte[] archive) throws IOException, InterruptedException {
    LaunchedProject project = new LaunchedProject(Files.createTempDirectory(folder, "in"));
    project.archive(archive);

    CommandRun run = project.run(Map.of(), "--version");

    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("ppo4j ").hasLineCount(2);
  }
}
