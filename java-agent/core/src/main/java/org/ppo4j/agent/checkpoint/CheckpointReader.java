package org.ppo4j.agent.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.agent.state.TrainingState;
import org.slf4j.LoggerFactory;

/** Reads a checkpoint file and verifies everything that it uses. */
final class CheckpointReader {
  static final String MANIFEST = "manifest.json";

  /** Far more than any manifest has, and far less than the memory there is. */
  private static final int MAX_MANIFEST_BYTES = 16 << 20;

  private static final String ITERATION = "counters/iteration";

  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

  private CheckpointReader() {}

  static Checkpoint read(Path file) {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new CheckpointException(
          "%s is %s; give a checkpoint, such as those in a run's folder checkpoints"
              .formatted(file, Files.isDirectory(file) ? "a folder" : "not a regular file"),
          true);
    }
    try {
      requireZip(file);
      try (ZipFile zip = new ZipFile(file.toFile())) {
        Manifest manifest = manifest(file, zip);
        TrainingState state = new TrainingState();
        ManifestSizes.require(file, manifest, Runtime.getRuntime().maxMemory());
        for (Manifest.Array array : manifest.arrays()) {
          if (state.has(array.name())) {
            throw corrupted(file, MANIFEST, null);
          }
          array.dtype().decode(bytes(file, zip, array), array.name(), state);
        }
        Manifest.Training training = manifest.training();
        if (training == null) {
          throw new CheckpointException(
              "%s contains only a policy, not the training that made it; load it with org.ppo4j.policy"
                  .formatted(file),
              false);
        }
        requireSteps(file, training, state);
        return new Checkpoint(
            training.run(),
            manifest.policy().observationSpace(),
            manifest.policy().actionSpace(),
            manifest.policy().network(),
            training.versions(),
            training.globalStep(),
            training.provenance(),
            state);
      }
    } catch (NoSuchFileException e) {
      throw new CheckpointException("there is no checkpoint %s".formatted(file), false, e);
    } catch (IOException e) {
      throw new CheckpointException(
          "cannot read the checkpoint %s: %s".formatted(file, IoErrors.reason(e)), false, e);
    }
  }

  /** Requires that the steps taken are those of whole iterations. */
  private static void requireSteps(Path file, Manifest.Training training, TrainingState state) {
    if (!state.has(ITERATION)) {
      return; // refused by what continues the training
    }
    long[] iteration = state.arrays().get(ITERATION) instanceof long[] longs ? longs : new long[0];
    long batchSize = training.run().hyperparameters().batchSize();
    if (iteration.length != 1
        || iteration[0] < 0
        || Sizes.product(iteration[0], batchSize) != training.globalStep()) {
      throw new CheckpointException(
          "the checkpoint %s contradicts itself: it has %d steps, but %s iterations of %d; use an earlier one"
              .formatted(
                  file,
                  training.globalStep(),
                  iteration.length == 1 ? iteration[0] : "no number of",
                  batchSize),
          true);
    }
  }

  /**
   * Distinguishes a truncated zip, which starts as a zip but lacks the directory at its end, from
   * other files.
   */
  private static void requireZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(ZIP_MAGIC.length);
      if (!Arrays.equals(start, ZIP_MAGIC)) {
        throw notCheckpoint(file);
      }
    }
    try {
      new ZipFile(file.toFile()).close();
    } catch (IOException | IllegalArgumentException e) {
      throw new CheckpointException(
          "the checkpoint %s is truncated (%d bytes) or damaged at its end; use an earlier one"
              .formatted(file, Files.size(file)),
          true,
          e);
    }
  }

  private static Manifest manifest(Path file, ZipFile zip) throws IOException {
    ZipEntry entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      throw notCheckpoint(file);
    }
    byte[] bytes = inflate(file, zip, entry, MAX_MANIFEST_BYTES);
    if (ArrayCodec.crc32(bytes) != entry.getCrc()) {
      throw corrupted(file, MANIFEST, null);
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(bytes);
      JsonNode version = tree.get("format_version");
      if (version == null || !version.isInt()) {
        throw notCheckpoint(file);
      }
      requireReadable(file, version.intValue());
      if (tree instanceof ObjectNode object) {
        List<String> missing = ManifestDefaults.fill(object);
        if (!missing.isEmpty()) {
          // The logger is fetched only here: Logback takes 70 ms to configure itself.
          LoggerFactory.getLogger(CheckpointReader.class)
              .warn(
                  "the checkpoint {} does not record {}; using the defaults",
                  file,
                  String.join(", ", missing));
        }
      }
      if (ManifestNulls.hasUnexpected(tree)) {
        throw corrupted(file, MANIFEST, null);
      }
      return Json.MAPPER.treeToValue(tree, Manifest.class);
    } catch (UnrecognizedPropertyException e) {
      throw new CheckpointException(
          "the checkpoint %s has the property %s, which this version of ppo4j does not know; use a newer ppo4j"
              .formatted(file, e.getPropertyName()),
          false,
          e);
    } catch (MismatchedInputException e) {
      if (e.getTargetType() != PpoConfig.class) {
        throw corrupted(file, MANIFEST, e);
      }
      throw new CheckpointException(
          "the checkpoint %s cannot be used: %s".formatted(file, e.getOriginalMessage()), false, e);
    } catch (JsonProcessingException e) {
      throw corrupted(file, MANIFEST, e);
    }
  }

  private static void requireReadable(Path file, int version) {
    if (version > Manifest.FORMAT_VERSION) {
      throw new CheckpointException(
          "the checkpoint %s has format %d, but this version of ppo4j reads formats up to %d; use a newer ppo4j"
              .formatted(file, version, Manifest.FORMAT_VERSION),
          false);
    }
    if (version < Manifest.FORMAT_VERSION) {
      throw new CheckpointException(
          "the checkpoint %s has format %d of ppo4j before 0.2, which this version does not read; train again, or use ppo4j 0.1"
              .formatted(file, version),
          false);
    }
  }

  private static byte[] bytes(Path file, ZipFile zip, Manifest.Array array) throws IOException {
    ZipEntry entry = zip.getEntry(array.entry());
    long length = (long) array.length() * array.dtype().elementBytes();
    if (entry == null || entry.getSize() != length || length > Integer.MAX_VALUE) {
      throw corrupted(file, array.entry(), null);
    }
    byte[] bytes = inflate(file, zip, entry, (int) length);
    if (bytes.length != length || ArrayCodec.crc32(bytes) != array.crc32()) {
      throw corrupted(file, array.entry(), null);
    }
    return bytes;
  }

  /** Returns an entry's bytes, at most {@code limit}: a small file may inflate to any length. */
  private static byte[] inflate(Path file, ZipFile zip, ZipEntry entry, int limit)
      throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(limit);
      if (in.read() >= 0) {
        throw corrupted(file, entry.getName(), null);
      }
      return bytes;
    } catch (ZipException | EOFException e) {
      throw corrupted(file, entry.getName(), e);
    }
  }

  private static CheckpointException notCheckpoint(Path file) {
    return new CheckpointException(file + " is not a ppo4j checkpoint", true);
  }

  private static CheckpointException corrupted(Path file, String entry, @Nullable Throwable cause) {
    CheckpointException exception =
        new CheckpointException(
            "the checkpoint %s is corrupted: %s is not what was written; use an earlier one"
                .formatted(file, entry),
            true);
    if (cause != null) {
      exception.initCause(cause);
    }
    return exception;
  }
}
