package org.ppo4j.agent.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoFailure;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.files.Storage;
import org.ppo4j.agent.run.Provenance;
import org.ppo4j.agent.run.RunConfig;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Space;

/**
 * A training at one step: what it was asked, where it stands and where it comes from.
 *
 * <p>As a file it is a zip with {@code manifest.json} and one entry of raw little-endian numbers
 * for each array, so that it can be looked into with {@code unzip} and read with {@code
 * numpy.frombuffer}. A file under its final name is always complete, see {@link AtomicFile}.
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
    TrainingState state) {

  /**
   * Writes this checkpoint, in place of what {@code file} was before.
   *
   * @throws UncheckedIOException if it cannot be written; {@code file} is then as it was, or whole
   *     and new
   */
  public void write(Path file) {
    write(Storage.DISK, file);
  }

  void write(Storage storage, Path file) {
    try {
      AtomicFile.write(
          storage,
          file,
          out -> {
            ZipOutputStream zip = new ZipOutputStream(out);
            writeEntries(zip);
            zip.finish();
          });
    } catch (IOException e) {
      throw IoFailure.unchecked("cannot write the checkpoint " + file, e);
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
}
