package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of all documents but the cookbook's. Runs after the archive is made. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class DocumentedCommandsCheck {
  private static final List<String> PAGES =
      List.of(
          "README.md", "tutorial.md", "ppo.md", "cookbook.md", "deployment.md", "coming-from.md");

  private static DocumentedCommands commands;

  @BeforeAll
  static void unpack(@TempDir Path installation) throws IOException, InterruptedException {
    commands = new DocumentedCommands(installation);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ppo.md", "coming-from.md", "deployment.md"})
  @Timeout(300)
  void nativeCommandsRun(String page, @TempDir Path folder)
      throws IOException, InterruptedException {
    commands.run(page, folder);
  }

  @Test
  @Tag("python")
  @Timeout(600)
  void commandsOfTheTutorialRun(@TempDir Path folder) throws IOException, InterruptedException {
    commands.run("tutorial.md", folder);
  }

  @Test
  void everyOtherCommandIsListedWithTheReason() throws IOException {
    Set<String> others = new TreeSet<>();
    for (String page : PAGES) {
      others.addAll(DocumentedCommands.others(page));
    }

    assertThat(others).isEqualTo(new TreeSet<>(DocumentedCommands.listed()));
  }
}
