package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.ppo4j.agent.checkpoint.Provenance;

/** The archive that the build has made, for tests that run after it. */
final class Archive {
  static final String NAME = "ppo4j-" + Provenance.version();

  private Archive() {}

  /** Unpacks the archive and returns its folder. */
  static Path unpack(Path folder) throws IOException, InterruptedException {
    Path archive = Path.of("target", NAME + ".tar.gz").toAbsolutePath();
    Process tar =
        new ProcessBuilder("tar", "xzf", archive.toString())
            .directory(folder.toFile())
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();
    return folder.resolve(NAME);
  }
}
