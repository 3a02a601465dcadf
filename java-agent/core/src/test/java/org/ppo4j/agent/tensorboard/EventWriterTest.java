package org.ppo4j.agent.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventWriterTest {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000L);

  /**
   * {@code events.golden} was written by TensorBoard's own record writer; {@code record_events.py}
   * beside it says how.
   */
  @Test
  void writesTheBytesOfTensorBoard(@TempDir Path folder) throws IOException {
    try (EventWriter writer = EventWriter.create(folder, START)) {
      writer.scalar(START.plusMillis(500), 512, "charts/episodic_return", 21.5);
      writer.scalar(START.plusMillis(750), 5_000_000_000L, "losses/value_loss", -1e-3);
      writer.scalar(START.plusSeconds(1), 1024, "losses/explained_variance", Double.NaN);
    }

    Path file = folder.resolve("events.out.tfevents.1700000000.ppo4j");
    try (InputStream golden = getClass().getResourceAsStream("events.golden")) {
      assertThat(Files.readAllBytes(file)).isEqualTo(Objects.requireNonNull(golden).readAllBytes());
    }
  }
}
