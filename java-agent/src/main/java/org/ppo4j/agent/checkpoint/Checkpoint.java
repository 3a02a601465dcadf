package org.ppo4j.agent.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ppo4j.env.Space;

/**
 * A training at one step: what it was asked, where it stands and where it comes from.
 *
 * <p>As a file it is a zip with {@code manifest.json} and one entry of raw little-endian numbers
 * for each array, so that it can be looked into with {@code unzip} and read with {@code
 * numpy.frombuffer}. A file under its final name is always complete: it is written under another
 * one, forced to the disk and renamed.
 *
 * @param run what the user decided
 * @param observationSpace the space of one sub-environment's observation
 * @param actionSpace the space of one sub-environment's action
 * @param versions the versions of what steps the environment, by name
 * @param globalStep environment steps taken so far
 * @param provenance what wrote it
 * @param state parameters, optimiser, normalisers, generators, counters
 */
public record Checkpoint(
    RunConfig run,
    Space observationSpace,
    Space actionSpace,
    Map<String, String> versions,
    long globalStep,
    Provenance provenance,
    State state) {

  /**
   * Writes this checkpoint, in place of what {@code file} was before.
   *
   * @throws UncheckedIOException if it cannot be written; {@code file} is then as it was
   */
  public void write(Path file) {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path temporary = folder.resolve("." + file.getFileName() + ".tmp");
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        // Not closed: closing the stream would close the channel before it is forced.
        ZipOutputStream zip = new ZipOutputStream(Channels.newOutputStream(channel));
        writeEntries(zip);
        zip.finish();
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(folder);
    } catch (IOException e) {
      deleteQuietly(temporary);
      throw new UncheckedIOException(
          "cannot write the checkpoint %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /**
   * Reads and verifies a checkpoint.
   *
   * @throws CheckpointException if there is none, or it is truncated, corrupted, of a newer format
   *     or something else
   */
  public static Checkpoint read(Path file) {
    return CheckpointReader.read(file);
  }

  private void writeEntries(ZipOutputStream zip) throws IOException {
    zip.setLevel(Deflater.BEST_SPEED);
    List<Manifest.Array> arrays = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (Map.Entry<String, Object> entry : state.arrays().entrySet()) {
      ArrayCodec codec = ArrayCodec.of(entry.getValue());
      byte[] bytes = codec.encode(entry.getValue());
      contents.add(bytes);
      arrays.add(
          new Manifest.Array(
              entry.getKey(), codec, bytes.length / codec.elementBytes(), ArrayCodec.crc32(bytes)));
    }
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            run,
            observationSpace,
            actionSpace,
            versions,
            globalStep,
            provenance,
            arrays);
    put(zip, CheckpointReader.MANIFEST, Json.MAPPER.writeValueAsBytes(manifest));
    for (int i = 0; i < contents.size(); i++) {
      put(zip, arrays.get(i).entry(), contents.get(i));
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  /** Forces the rename itself to the disk, where a folder can be opened (not on Windows). */
  private static void forceFolder(Path folder) throws IOException {
    if (System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The failure that led here is the one to report.
    }
  }
}
