package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The versions in Java compared with those of python-bridge. */
class PinnedVersionsTest {
  @Test
  void theyAreThoseOfTheLockFile() throws IOException {
    assertThat(Files.readString(Path.of("../../python-bridge/requirements.lock")))
        .contains("\ngymnasium==%s \\\n".formatted(PinnedVersions.GYMNASIUM))
        .contains("\nmujoco==%s \\\n".formatted(PinnedVersions.MUJOCO))
        .contains("\npy4j==%s \\\n".formatted(PinnedVersions.PY4J));
  }

  @Test
  void workersRequireWhatTheirPackageRequires() throws IOException {
    String metadata = Files.readString(Path.of("../../python-bridge/pyproject.toml"));
    assertThat(WorkerPython.REQUIREMENTS.values())
        .allSatisfy(
            requirement -> assertThat(metadata).contains("    \"%s\",".formatted(requirement)));
    assertThat(metadata)
        .contains("requires-python = \">=3.%d\"".formatted(WorkerPython.OLDEST_MINOR));
  }
}
