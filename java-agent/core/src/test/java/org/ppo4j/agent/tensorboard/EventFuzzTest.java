package org.ppo4j.agent.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.fuzz.Damage;
import org.ppo4j.agent.fuzz.Fuzzer;
import org.ppo4j.agent.tensorboard.EventReader.Scalar;

/**
 * Reading a damaged event file gives some of what was written, or an {@link UncheckedIOException}
 * of one line, and nothing else, whatever the damage; the length of its events likewise.
 */
class EventFuzzTest {
  private static final Instant START = Instant.ofEpochSecond(1_700_000_000L);

  /** Bytes of a record before and after its data. */
  private static final int AROUND = Long.BYTES + 2 * Integer.BYTES;

  private final Set<Scalar> written = new HashSet<>();
  @TempDir private Path folder;
  private Path file;
  private byte[] whole = {};

  @BeforeEach
  void write() throws IOException {
    try (EventWriter writer = EventWriter.create(folder, START)) {
      for (int step = 0; step < 20; step++) {
        writer.scalar(START.plusMillis(step), step, "charts/episodic_return", step / 3.0);
        writer.scalar(START.plusMillis(step), -step, "losses/" + step, Double.NaN);
      }
    }
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    whole = Files.readAllBytes(file);
    EventReader.read(file, written::add);
    assertThat(written).hasSize(40);
  }

  @Test
  void damagedBytes() throws InterruptedException {
    Fuzzer.run(
        "damaged bytes of event files",
        random -> assertThat(written).containsAll(read(Damage.of(whole, random))));
  }

  /** Records of damaged contents whose checksums fit. */
  @Test
  void damagedEvents() throws InterruptedException {
    Fuzzer.run("damaged events", random -> read(damageRecord(random)));
  }

  private List<Scalar> read(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    List<Scalar> scalars = new ArrayList<>();
    try {
      EventReader.read(file, scalars::add);
    } catch (UncheckedIOException e) {
      assertThat(e.getMessage()).startsWith("cannot read " + file).doesNotContain("\n");
    }
    assertThat(EventReader.endOf(file, Long.MAX_VALUE)).isBetween(0L, (long) bytes.length);
    return scalars;
  }

  /** Changes the length or the data of one record and makes both of its checksums fit. */
  private byte[] damageRecord(Random random) {
    ByteBuffer records = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
    List<byte[]> events = new ArrayList<>();
    while (records.hasRemaining()) {
      byte[] event = new byte[(int) records.getLong()];
      records.getInt();
      records.get(event);
      records.getInt();
      events.add(event);
    }
    int chosen = random.nextInt(events.size());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < events.size(); i++) {
      byte[] event = events.get(i);
      byte[] header = new byte[Long.BYTES];
      boolean wrongLength = i == chosen && random.nextInt(4) == 0;
      if (i == chosen && !wrongLength) {
        event = Damage.of(event, random);
      }
      ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(event.length);
      if (wrongLength) {
        Damage.number(header, 0, Long.BYTES, random);
      }
      bytes.writeBytes(
          ByteBuffer.allocate(AROUND + event.length)
              .order(ByteOrder.LITTLE_ENDIAN)
              .put(header)
              .putInt(MaskedCrc.of(header, Long.BYTES))
              .put(event)
              .putInt(MaskedCrc.of(event, event.length))
              .array());
    }
    return bytes.toByteArray();
  }
}
