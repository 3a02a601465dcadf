package org.ppo4j.lab.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerVenvTest {
  @TempDir Path folder;
  private Path complete;

  @BeforeEach
  void installed() throws Exception {
    complete = Files.createDirectory(folder.resolve(".venv-envpool")).resolve("complete");
  }

  @Test
  void whatIsInstalledIsTakenAsItIs() throws Exception {
    Files.writeString(complete, PeerVenv.packages(PeerPackages.ENVPOOL));

    Path python = PeerVenv.python(PeerPackages.ENVPOOL, folder, PeerVenvTest::refuse);

    assertThat(python).isEqualTo(folder.resolve(".venv-envpool/bin/python"));
  }

  @Test
  void otherPackagesThanThoseInstalledAreInstalledAnew() throws Exception {
    Files.writeString(complete, "envpool==1.1.0 gymnasium[mujoco]==1.4.0\n");

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> PeerVenv.python(PeerPackages.ENVPOOL, folder, PeerVenvTest::refuse))
        .withMessageStartingWith("Installing EnvPool");
  }

  /** Ends an installation when it starts. */
  private static void refuse(String progress) {
    throw new UnsupportedOperationException(progress);
  }
}
