package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The versions of the parent POM against those that Python is set up with, and the documents. */
class PinnedVersionsTest {
  @Test
  void theyAreThoseOfTheLockFile() throws IOException {
    assertThat(Files.readString(Path.of("../python-bridge/requirements.lock")))
        .contains("\nmujoco==%s \\\n".formatted(PinnedVersions.MUJOCO))
        .contains("\nmujoco-core==%s \\\n".formatted(PinnedVersions.MUJOCO))
        .contains("\ngymnasium==%s \\\n".formatted(PinnedVersions.GYMNASIUM));
  }

  @Test
  void theWheelsHaveTheirHashes() throws IOException {
    Path wheels = Path.of("src/main/resources/org/ppo4j/env/mujoco/wheels.lock");
    String hashes = Files.readString(wheels).replaceFirst("#.*\n", "");
    assertThat(hashes)
        .contains("mujoco-core==" + PinnedVersions.MUJOCO)
        .contains("gymnasium==" + PinnedVersions.GYMNASIUM);
    assertThat(Files.readAllLines(Path.of("../python-bridge/requirements.lock")))
        .containsAll(hashes.lines().toList());
  }

  @Test
  void theDocumentsNameThem() throws IOException {
    assertThat(Files.readString(Path.of("../docs/environments.md")))
        .contains(
            "mujoco-core==%s gymnasium==%s"
                .formatted(PinnedVersions.MUJOCO, PinnedVersions.GYMNASIUM))
        .contains("libmujoco.so." + PinnedVersions.MUJOCO);
  }
}
