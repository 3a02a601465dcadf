package org.ppo4j.agent.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.tensorboard.EventReader.Scalar;

class EventReaderTest {
  private static final double START = 1_700_000_000;
  private final List<Scalar> scalars = new ArrayList<>();
  @TempDir private Path folder;

  /** TensorBoard's own writer made {@code events.golden}. */
  @Test
  void readsWhatTensorBoardWrote() throws IOException {
    EventReader.Outcome outcome = EventReader.read(file(golden()), scalars::add);

    assertThat(outcome).isEqualTo(new EventReader.Outcome(START, true));
    assertThat(scalars)
        .containsExactly(
            new Scalar(START + 0.5, 512, "charts/episodic_return", 21.5f),
            new Scalar(START + 0.75, 5_000_000_000L, "losses/value_loss", -1e-3f),
            new Scalar(START + 1, 1024, "losses/explained_variance", Float.NaN));
  }

  @Test
  void readsUpToTheDamage() throws IOException {
    byte[] bytes = golden();
    Path cutOff = file(Arrays.copyOf(bytes, bytes.length - 1));

    assertThat(EventReader.read(cutOff, scalars::add).complete()).isFalse();
    assertThat(scalars).hasSize(2);

    scalars.clear();
    bytes[bytes.length - 6] ^= 1;
    assertThat(EventReader.read(file(bytes), scalars::add).complete()).isFalse();
    assertThat(scalars).hasSize(2);
  }

  /** The checksum of the header fits, so only the bound protects from allocating the length. */
  @ParameterizedTest
  @ValueSource(longs = {-1, (1L << 28) + 1, Long.MAX_VALUE})
  void anImpossibleLengthIsDamage(long length) throws IOException {
    byte[] golden = golden();
    ByteBuffer header = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN).putLong(length);
    header.putInt(MaskedCrc.of(header.array(), Long.BYTES));
    byte[] bytes = Arrays.copyOf(golden, golden.length + 12);
    System.arraycopy(header.array(), 0, bytes, golden.length, 12);
    Path file = file(bytes);

    assertThat(EventReader.read(file, scalars::add).complete()).isFalse();
    assertThat(scalars).hasSize(3);
    assertThat(EventReader.endOf(file, Long.MAX_VALUE)).isEqualTo(golden.length);
  }

  /** Field 5 of an event is its summary, here three bytes of which the first starts no field. */
  @Test
  void aSummaryThatIsNoMessageEndsTheFile() throws IOException {
    byte[] golden = golden();
    byte[] event = {5 << 3 | 2, 3, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    ByteBuffer record = ByteBuffer.allocate(12 + event.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(event.length).putInt(MaskedCrc.of(record.array(), Long.BYTES));
    record.put(event).putInt(MaskedCrc.of(event, event.length));
    byte[] bytes = Arrays.copyOf(golden, golden.length + record.capacity());
    System.arraycopy(record.array(), 0, bytes, golden.length, record.capacity());

    assertThat(EventReader.read(file(bytes), scalars::add).complete()).isFalse();
    assertThat(scalars).hasSize(3);
  }

  /** Each event of {@code events.golden} after the first, which has no scalar, has one step. */
  @Test
  void endsBeforeTheFirstLaterEvent() throws IOException {
    Path file = file(golden());

    Path upToStep512 = file(Arrays.copyOf(golden(), Math.toIntExact(EventReader.endOf(file, 512))));
    EventReader.Outcome outcome = EventReader.read(upToStep512, scalars::add);

    assertThat(outcome.complete()).isTrue();
    assertThat(scalars).extracting(Scalar::step).containsExactly(512L);
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("events.out.tfevents.1"), bytes);
  }

  private byte[] golden() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("events.golden")) {
      return Objects.requireNonNull(in).readAllBytes();
    }
  }
}
