package org.ppo4j.app;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the cookbook, apart from those of the other documents so that both run at the
 * same time. Runs after the archive is made.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class CookbookCheck {
  @Test
  @Tag("python")
  @Timeout(600)
  void commandsRun(@TempDir Path installation, @TempDir Path folder)
      throws IOException, InterruptedException {
    new DocumentedCommands(installation).run("cookbook.md", folder);
  }
}
