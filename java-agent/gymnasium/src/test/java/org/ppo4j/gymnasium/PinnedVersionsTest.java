package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The versions of the parent POM against those that Python is set up with. */
class PinnedVersionsTest {
  @Test
  void theyAreThoseOfTheLockFile() throws IOException {
    assertThat(Files.readString(Path.of("../../python-bridge/requirements.lock")))
        .contains("\ngymnasium==%s \\\n".formatted(PinnedVersions.GYMNASIUM))
        .contains("\nmujoco==%s \\\n".formatted(PinnedVersions.MUJOCO))
        .contains("\npy4j==%s \\\n".formatted(PinnedVersions.PY4J));
  }
}
