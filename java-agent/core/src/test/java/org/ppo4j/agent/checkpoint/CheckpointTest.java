package org.ppo4j.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.EnvSpec;

class CheckpointTest {
  private final Checkpoint checkpoint = Checkpoints.example();
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write() {
    file = folder.resolve("step.zip");
    checkpoint.write(file);
  }

  @Test
  void readsWhatWasWritten() {
    Checkpoint read = Checkpoint.read(file);

    Checkpoints.assertSame(read, checkpoint);
  }

  @Test
  void arraysAreRawLittleEndianEntries() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      byte[] bytes = zip.getInputStream(zip.getEntry("arrays/network/parameters")).readAllBytes();

      assertThat(Arrays.copyOf(bytes, 4)).containsExactly(0x00, 0x00, 0xc0, 0x3f); // 1.5f
      assertThat(bytes).hasSize(16);
    }
  }

  @Test
  void leavesNothingButTheFile() throws IOException {
    checkpoint.write(file);

    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aFailedWriteKeepsTheOldFile() throws IOException {
    byte[] before = Files.readAllBytes(file);
    Files.createDirectory(folder.resolve(".step.zip.tmp"));

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> checkpoint.write(file))
        .withMessageContaining("cannot write the checkpoint");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 4; length < bytes.length; length += 1 + length / 20) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatRefused("is truncated (%d bytes)".formatted(length));
    }
  }

  @Test
  void everyFlippedByteOfTheContentsIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.size()).isEqualTo(6);
    }
    int directory = centralDirectory(bytes);
    for (int i = 4; i < directory; i++) {
      byte[] damaged = bytes.clone();
      damaged[i] ^= 0x20;
      Files.write(file, damaged);
      Checkpoint read;
      try {
        read = Checkpoint.read(file);
      } catch (CheckpointException e) {
        continue; // noticed
      }
      Checkpoints.assertSame(read, checkpoint); // a time or a flag, which are not contents
    }
  }

  @Test
  void aChangedArrayIsNoticed() throws IOException {
    rewrite("arrays/random", bytes -> new byte[bytes.length]);
    assertThatRefused("corrupted: arrays/random is not what was written");
  }

  @Test
  void aMissingArrayIsNoticed() throws IOException {
    rewrite("arrays/random", bytes -> null);
    assertThatRefused("corrupted: arrays/random");
  }

  @Test
  void anotherFormatIsNamed() throws IOException {
    rewriteManifest("\"format_version\" : 4", "\"format_version\" : 99");
    assertThatRefused(
        "has format 99, but this version of ppo4j reads formats up to 4; use a newer");
    rewriteManifest("\"format_version\" : 99", "\"format_version\" : 3");
    assertThatRefused("has format 3 of ppo4j before 0.2, which this version does not read; train");
  }

  /** A missing setting has its default and is logged; an unknown one is refused by name. */
  @Test
  void aMissingHyperparameterHasItsDefault() throws IOException {
    rewriteManifest("\"gae_lambda\" : 0.95,", "");
    rewriteManifest("\"stop_at_return\" : null,", "");
    assertThat(Checkpoint.read(file).run()).isEqualTo(checkpoint.run());
  }

  @Test
  void anUnknownPropertyIsNamed() throws IOException {
    rewriteManifest("\"gamma\"", "\"gamut\" : 1, \"gamma\"");
    assertThatRefused("cannot be used: unknown hyperparameter 'gamut'; a newer ppo4j may know it");
    rewriteManifest("\"gamut\" : 1, ", "");
    rewriteManifest("\"backend\"", "\"frontend\" : 1, \"backend\"");
    assertThatRefused("has the property frontend, which this version of ppo4j does not know");
  }

  @Test
  void anUnreadableManifestIsNoticed() throws IOException {
    rewriteManifest("\"global_step\" : 4096", "\"global_step\" : \"many\"");
    assertThatRefused("corrupted: manifest.json");
  }

  @Test
  void refusesOtherFiles() throws IOException {
    Files.writeString(file, "global_step,episodic_return\n");
    assertThatRefused("is not a ppo4j checkpoint");
    Files.write(file, new byte[0]);
    assertThatRefused("is not a ppo4j checkpoint");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("policy.pth"));
    }
    assertThatRefused("is not a ppo4j checkpoint");
    Files.delete(file);
    assertThatRefused("there is no checkpoint");
    Files.createDirectory(file);
    assertThatRefused("is a folder; give a checkpoint");
  }

  /** One bound stands for all elements, here for more than memory holds. */
  @Test
  void aSpaceTooLargeForMemoryIsNotMade() throws IOException {
    rewriteManifest("\"shape\" : [ 3 ]", "\"shape\" : [ 2000000000 ]");
    assertThatRefused("corrupted: manifest.json");
  }

  /** Equal spaces whose parts changed places would be acted on without a word. */
  @Test
  void partsInAnotherOrderAreRefused() {
    TrainingState state = new TrainingState();
    state.put(
        Checkpoint.PARTS, "observation a[2]\nobservation b[1]".getBytes(StandardCharsets.UTF_8));
    Checkpoint checkpoint = Checkpoints.example().withState(state);
    checkpoint.requireSpacesOf(env(checkpoint, "observation a[2]", "observation b[1]"));
    EnvSpec other = env(checkpoint, "observation b[1]", "observation a[2]");
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> checkpoint.requireSpacesOf(other))
        .withMessageStartingWith(
            "X-v0 has the parts observation b[1], observation a[2], but the policy was trained on observation a[2], observation b[1]");
    Checkpoints.example().requireSpacesOf(other); // of an earlier version, without their names
  }

  private static EnvSpec env(Checkpoint checkpoint, String... parts) {
    return new EnvSpec(
        "X-v0",
        checkpoint.observationSpace(),
        checkpoint.actionSpace(),
        0,
        Map.of(),
        Map.of(),
        List.of(parts));
  }

  /** The last two bytes are the length of the zip's comment. */
  @Test
  void damageAtTheVeryEndIsNoticed() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 1; i <= 2; i++) {
      byte[] damaged = bytes.clone();
      damaged[bytes.length - i] ^= 0x40;
      Files.write(file, damaged);

      assertThatExceptionOfType(CheckpointException.class)
          .isThrownBy(() -> Checkpoint.read(file))
          .withMessageContaining("is truncated (%d bytes) or damaged at its end", bytes.length)
          .matches(CheckpointException::isDamaged);
    }
  }

  /** Opening a pipe waits for a writer. */
  @Test
  @Timeout(20)
  @EnabledOnOs(OS.LINUX)
  void aPipeIsRefused() throws IOException, InterruptedException {
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();

    assertThatRefused("is not a regular file; give a checkpoint");
  }

  @Test
  void aFractionIsNotCutOff() throws IOException {
    rewriteManifest("\"num_steps\" : 2048", "\"num_steps\" : 1.5");
    assertThatRefused("the hyperparameter 'num_steps' must be of type int, but is 1.5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4097", "-1", "0", "9223372036854775807"})
  void stepsThatAreNotThoseOfTheIterationsAreRefused(String steps) throws IOException {
    write(2);
    assertThat(Checkpoint.read(file).globalStep()).isEqualTo(4096);
    rewriteManifest("\"global_step\" : 4096", "\"global_step\" : " + steps);
    assertThatRefused(
        "contradicts itself: it has %s steps, but 2 iterations of 2048".formatted(steps));
  }

  @ParameterizedTest
  @ValueSource(longs = {3, -2, 4_000_000_000_000_000_000L, Long.MIN_VALUE})
  void iterationsThatAreNotThoseOfTheStepsAreRefused(long iteration) {
    write(iteration);
    assertThatRefused(
        "contradicts itself: it has 4096 steps, but %d iterations".formatted(iteration));
  }

  private void write(long iteration) {
    TrainingState state = checkpoint.state().copy();
    state.put("counters/iteration", new long[] {iteration});
    checkpoint.withState(state).write(file);
  }

  /** 64 MB of zeros are 64 kB in the file; the manifest says that they are 16 bytes. */
  @Test
  void moreThanTheManifestSaysIsNotInflated() throws IOException {
    rewrite("arrays/network/parameters", bytes -> new byte[1 << 26]);
    assertThatRefused("corrupted: arrays/network/parameters");
    rewrite("manifest.json", bytes -> new byte[1 << 26]);
    assertThatRefused("corrupted: manifest.json");
  }

  @ParameterizedTest
  @ValueSource(ints = {8964, 1 << 28, Integer.MAX_VALUE})
  void moreParametersThanTheNetworksHaveAreRefused(int length) throws IOException {
    rewriteLength("network/parameters", length);
    assertThatRefused(
        "contradicts itself: the array network/parameters has %d elements, but its networks have"
            .formatted(length));
  }

  @Test
  void arraysThatDoNotFitTheMemoryAreNotRead() throws IOException {
    rewriteLength("normalizer/mean", Integer.MAX_VALUE);
    assertThatRefused("has arrays of 16384 MB, which do not fit");
    rewriteLength("normalizer/mean", -1);
    assertThatRefused("contradicts itself: the array normalizer/mean has -1 elements");
  }

  private void rewriteLength(String array, int length) throws IOException {
    rewrite(
        "manifest.json",
        bytes -> {
          String json = new String(bytes, StandardCharsets.UTF_8);
          Pattern pattern =
              Pattern.compile("(\"name\" : \"%s\",[^}]*\"length\" : )-?\\d+".formatted(array));
          assertThat(json).containsPattern(pattern);
          return pattern.matcher(json).replaceFirst("$1" + length).getBytes(StandardCharsets.UTF_8);
        });
  }

  @Test
  void stateNamesWhatIsMissing() {
    assertThatThrownBy(() -> checkpoint.state().doubles("network/parameters"))
        .hasMessage("the checkpoint has no double[] named network/parameters");
  }

  private void assertThatRefused(String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Checkpoint.read(file))
        .withMessageContaining(message)
        .withMessageContaining(file.toString());
  }

  private interface Change {
    byte @Nullable [] apply(byte[] bytes);
  }

  private void rewriteManifest(String from, String to) throws IOException {
    rewrite(
        "manifest.json",
        bytes -> {
          String json = new String(bytes, StandardCharsets.UTF_8);
          assertThat(json).contains(from);
          return json.replace(from, to).getBytes(StandardCharsets.UTF_8);
        });
  }

  /** Rewrites the zip with one entry changed, or without it if the change returns null. */
  private void rewrite(String entry, Change change) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      for (ZipEntry each : Collections.list(zip.entries())) {
        entries.put(each.getName(), zip.getInputStream(each).readAllBytes());
      }
    }
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        byte[] bytes =
            each.getKey().equals(entry) ? change.apply(each.getValue()) : each.getValue();
        if (bytes != null) {
          zip.putNextEntry(new ZipEntry(each.getKey()));
          zip.write(bytes);
          zip.closeEntry();
        }
      }
    }
  }

  /** Returns the offset of a zip's central directory: bytes 16 to 19 of the 22-byte end record. */
  private static int centralDirectory(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 22 + 16);
  }
}
