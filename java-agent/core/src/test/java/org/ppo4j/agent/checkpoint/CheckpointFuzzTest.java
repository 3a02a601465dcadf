package org.ppo4j.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ContainerNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.fuzz.Damage;
import org.ppo4j.agent.fuzz.Fuzzer;

/**
 * Reading a damaged checkpoint gives what was written or a {@link CheckpointException} of one line,
 * and nothing else, whatever the damage.
 */
class CheckpointFuzzTest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Sizes of the three records of a zip, by the third byte of their signatures. */
  private static final Map<Integer, Integer> RECORDS = Map.of(3, 30, 1, 46, 5, 22);

  private final Checkpoint checkpoint = Checkpoints.example();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  @TempDir private Path folder;
  private Path file;
  private byte[] whole = {};

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("step.zip");
    checkpoint.write(file);
    whole = Files.readAllBytes(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry each : Collections.list(zip.entries())) {
        entries.put(each.getName(), zip.getInputStream(each).readAllBytes());
      }
    }
  }

  @Test
  void damagedBytes() throws InterruptedException {
    Fuzzer.run("damaged bytes of checkpoints", random -> readsTheSame(Damage.of(whole, random)));
  }

  @Test
  void damagedFieldsOfTheZip() throws InterruptedException {
    Fuzzer.run(
        "damaged zips of checkpoints",
        random -> {
          byte[] damaged = whole.clone();
          for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
            damageField(damaged, random);
          }
          readsTheSame(damaged);
        });
  }

  /** Entries whose checksums fit: what is read then need not be what was written. */
  @Test
  void damagedEntries() throws InterruptedException {
    Fuzzer.run(
        "damaged entries of checkpoints",
        random -> {
          String name = List.copyOf(entries.keySet()).get(random.nextInt(entries.size()));
          byte[] entry = Objects.requireNonNull(entries.get(name));
          read(zip(name, entry.length == 0 ? new byte[1] : Damage.of(entry, random)));
        });
  }

  @Test
  void damagedManifests() throws InterruptedException {
    Fuzzer.run(
        "damaged manifests of checkpoints",
        random -> {
          JsonNode manifest = Json.MAPPER.readTree(entries.get(CheckpointReader.MANIFEST));
          for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            damageNode(manifest, random);
          }
          read(zip(CheckpointReader.MANIFEST, Json.MAPPER.writeValueAsBytes(manifest)));
        });
  }

  /** What a small file inflates to is bounded by what its manifest declares. */
  @Test
  void entriesAreNotInflatedBeyondTheirDeclaredLength() throws Exception {
    long bytes = 100L << 20;
    Files.write(file, zip("arrays/random", new byte[(int) bytes]));
    assertThat(Files.size(file)).isLessThan(bytes / 500);
    assertRefusedWithin(8L << 20, "corrupted: arrays/random");
  }

  @Test
  void aManifestHasALimit() throws Exception {
    Files.write(file, zip(CheckpointReader.MANIFEST, new byte[100 << 20]));
    assertRefusedWithin(80L << 20, "corrupted: manifest.json");
  }

  private void assertRefusedWithin(long bytes, String message) {
    var threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      Checkpoint.read(file);
      throw new AssertionError("it was read");
    } catch (CheckpointException e) {
      assertThat(e).hasMessageContaining(message);
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(bytes);
  }

  private void readsTheSame(byte[] damaged) throws IOException {
    Checkpoint read = read(damaged);
    if (read != null) {
      Checkpoints.assertSame(read, checkpoint);
    }
  }

  /** Returns what {@code bytes} are read as; null if they are refused as they should be. */
  private @Nullable Checkpoint read(byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try {
      Checkpoint read = Checkpoint.read(file);
      assertThat(read.state().arrays().values()).doesNotContainNull();
      assertThat(read).hasNoNullFieldsOrProperties();
      return read;
    } catch (CheckpointException e) {
      assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n");
      return null;
    }
  }

  private byte[] zip(String changed, byte[] by) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(each.getKey()));
        zip.write(each.getKey().equals(changed) ? by : each.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  /** Changes two or four bytes in one of the headers. */
  private static void damageField(byte[] zip, Random random) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i + 4 <= zip.length; i++) {
      if (zip[i] == 'P' && zip[i + 1] == 'K' && RECORDS.containsKey((int) zip[i + 2])) {
        places.add(i);
      }
    }
    if (places.isEmpty()) {
      return; // the first change has hit the only signature
    }
    int record = places.get(random.nextInt(places.size()));
    int size = Objects.requireNonNull(RECORDS.get((int) zip[record + 2]));
    int at = record + 4 + 2 * random.nextInt(size / 2 - 2);
    Damage.number(zip, at, random.nextBoolean() ? 2 : 4, random);
  }

  /** Removes, renames, copies or replaces a random property or element. */
  private static void damageNode(JsonNode root, Random random) {
    List<ContainerNode<?>> containers = new ArrayList<>();
    collect(root, containers);
    ContainerNode<?> parent = containers.get(random.nextInt(containers.size()));
    JsonNode value = value(containers, random);
    if (parent instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      String name = names.get(random.nextInt(names.size()));
      switch (random.nextInt(4)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(name + "x", object.remove(name));
        default -> object.set(name, value);
      }
    } else if (parent instanceof ArrayNode array) {
      int at = random.nextInt(array.size());
      switch (random.nextInt(4)) {
        case 0 -> array.remove(at);
        case 1 -> array.add(array.get(at).deepCopy());
        default -> array.set(at, value);
      }
    }
  }

  private static void collect(JsonNode node, List<ContainerNode<?>> into) {
    if (node instanceof ContainerNode<?> container && !container.isEmpty()) {
      into.add(container);
      container.forEach(child -> collect(child, into));
    }
  }

  private static JsonNode value(List<ContainerNode<?>> containers, Random random) {
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> JSON.nullNode();
      case 3 -> JSON.numberNode(0);
      case 4 -> JSON.numberNode(-1);
      case 5 -> JSON.numberNode(Integer.MAX_VALUE);
      case 6 -> JSON.numberNode(Long.MIN_VALUE);
      case 7 -> JSON.numberNode(1e308);
      case 8 -> JSON.numberNode(0.5);
      case 9 -> JSON.textNode("NaN");
      case 10 -> JSON.textNode("../../\u0000x");
      case 11 -> JSON.textNode("9".repeat(2000));
      case 12 -> JSON.booleanNode(true);
      case 13 -> nested(random.nextInt(300)); // three of them are still written
      case 14 -> JSON.objectNode();
      default -> containers.get(random.nextInt(containers.size())).deepCopy();
    };
  }

  private static JsonNode nested(int depth) {
    JsonNode node = JSON.arrayNode();
    for (int i = 0; i < depth; i++) {
      node = JSON.arrayNode().add(node);
    }
    return node;
  }
}
