package org.ppo4j.policy;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the policy of a file of format 4 (docs/file-format.md), believing nothing that is not
 * verified.
 *
 * <p>Four entries are read, by names that are constants here, and at most as many bytes of each as
 * it must have; what else the file holds, a training's state among it, is not looked at.
 */
final class PolicyFile implements AutoCloseable {
  private static final String MANIFEST = "manifest.json";
  private static final int MAX_MANIFEST_BYTES = 1 << 24;

  /** Of a stream: a checkpoint of the largest network, with two moments of each parameter. */
  private static final long MAX_FILE_BYTES = 1L << 30;

  private static final byte[] ZIP_MAGIC = {'P', 'K', 3, 4};

  private final String source;
  private final ZipFile zip;

  private PolicyFile(String source, ZipFile zip) {
    this.source = source;
    this.zip = zip;
  }

  /** Reads the policy in {@code path}; see {@link Policy#load(Path)}. */
  static Actor read(Path path) {
    String source = path.toString();
    if (Files.isDirectory(path)) {
      throw new PolicyException("%s is a folder; give a policy file in it".formatted(source));
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new PolicyException("%s is not a regular file; give a policy file".formatted(source));
    }
    try {
      if (path.getFileSystem().equals(FileSystems.getDefault())) {
        return read(source, path.toFile());
      }
      try (InputStream in = Files.newInputStream(path)) {
        return readCopy(source, in);
      }
    } catch (NoSuchFileException e) {
      throw new PolicyException("there is no policy file %s".formatted(source), e);
    } catch (AccessDeniedException e) {
      throw new PolicyException(
          "cannot read the policy file %s: permission denied".formatted(source), e);
    } catch (IOException e) {
      throw new PolicyException("cannot read %s: %s".formatted(source, e.getMessage()), e);
    }
  }

  /** Reads the policy in a stream; see {@link Policy#load(InputStream)}. */
  static Actor read(InputStream in) {
    try {
      return readCopy("the stream", in);
    } catch (IOException e) {
      throw new PolicyException("cannot read the stream: " + e.getMessage(), e);
    }
  }

  private static Actor readCopy(String source, InputStream in) throws IOException {
    Path copy = Files.createTempFile("ppo4j-policy", ".zip");
    try {
      try (OutputStream out = Files.newOutputStream(copy)) {
        byte[] buffer = new byte[1 << 16];
        long total = 0;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          total += n;
          if (total > MAX_FILE_BYTES) {
            throw new PolicyException(
                "%s has more than %d bytes, which no policy has".formatted(source, MAX_FILE_BYTES));
          }
          out.write(buffer, 0, n);
        }
      }
      return read(source, copy.toFile());
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static Actor read(String source, File file) throws IOException {
    try (InputStream in = Files.newInputStream(file.toPath())) {
      if (!Arrays.equals(in.readNBytes(ZIP_MAGIC.length), ZIP_MAGIC)) {
        throw notPolicy(source);
      }
    }
    // A zip's directory stands at its end: a file that starts as one but has none was cut off.
    ZipFile zip;
    try {
      zip = new ZipFile(file);
    } catch (IOException | IllegalArgumentException e) {
      throw new PolicyException(
          "%s is truncated or damaged (%d bytes); copy it again".formatted(source, file.length()),
          e);
    }
    try (PolicyFile policy = new PolicyFile(source, zip)) {
      return policy.actor();
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private Actor actor() throws IOException {
    Manifest manifest = Manifest.of(source, manifest());
    float[] parameters = floats(manifest);
    double[] mean = null;
    double[] variance = null;
    if (manifest.normalizes()) {
      mean = doubles(manifest, "policy/observation_mean");
      variance = doubles(manifest, "policy/observation_variance");
      for (int i = 0; i < variance.length; i++) {
        if (variance[i] < 0) {
          throw new PolicyException(
              "%s has a negative variance of observation number %d; train the policy again"
                  .formatted(source, i));
        }
      }
    }
    return new Actor(
        manifest.observation(),
        manifest.action(),
        new FeatureTransform(
            manifest.observation(), manifest.network().images(), mean, variance, manifest.clip()),
        new Network(manifest.network(), parameters),
        new ActionDecoder(manifest.action(), manifest.head(), manifest.bounds()),
        manifest.masks());
  }

  private Object manifest() throws IOException {
    ZipEntry entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      throw notPolicy(source);
    }
    if (entry.getSize() > MAX_MANIFEST_BYTES) {
      throw new PolicyException(
          "the manifest of %s has %d bytes, but at most %d are read"
              .formatted(source, entry.getSize(), MAX_MANIFEST_BYTES));
    }
    byte[] bytes = bytes(entry, entry.getSize(), entry.getCrc());
    try {
      Object value = Json.parse(bytes);
      if (value == null) {
        throw notPolicy(source);
      }
      return value;
    } catch (Json.SyntaxException e) {
      throw new PolicyException(
          "the manifest of %s is not JSON: %s".formatted(source, e.getMessage()), e);
    }
  }

  private float[] floats(Manifest manifest) throws IOException {
    int length = (int) manifest.network().parameterCount();
    ByteBuffer bytes = array(manifest, "network/parameters", "float32", length, Float.BYTES);
    float[] array = new float[length];
    bytes.asFloatBuffer().get(array);
    for (int i = 0; i < length; i++) {
      if (!(Math.abs(array[i]) <= Float.MAX_VALUE)) {
        throw notFinite("network/parameters", i, array[i]);
      }
    }
    return array;
  }

  private double[] doubles(Manifest manifest, String name) throws IOException {
    int length = manifest.network().inputs();
    ByteBuffer bytes = array(manifest, name, "float64", length, Double.BYTES);
    double[] array = new double[length];
    bytes.asDoubleBuffer().get(array);
    for (int i = 0; i < length; i++) {
      if (!(Math.abs(array[i]) <= Double.MAX_VALUE)) {
        throw notFinite(name, i, array[i]);
      }
    }
    return array;
  }

  /** Returns the bytes of an array, which are as many as {@code length} elements have. */
  private ByteBuffer array(
      Manifest manifest, String name, String dtype, int length, int elementBytes)
      throws IOException {
    Manifest.Array array = manifest.array(name);
    if (!array.dtype().equals(dtype) || array.length() != length) {
      throw new PolicyException(
          "the array %s of %s is %s [%d], but its network needs %s [%d]"
              .formatted(name, source, array.dtype(), array.length(), dtype, length));
    }
    String entryName = "arrays/" + name;
    ZipEntry entry = zip.getEntry(entryName);
    if (entry == null) {
      throw new PolicyException("%s has no entry %s".formatted(source, entryName));
    }
    byte[] bytes = bytes(entry, (long) length * elementBytes, array.crc32());
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the bytes of an entry; those are allocated as they arrive, whatever it declares. */
  private byte[] bytes(ZipEntry entry, long length, long crc32) throws IOException {
    byte[] bytes;
    try (InputStream in = zip.getInputStream(entry)) {
      bytes = entry.getSize() == length ? in.readNBytes((int) length) : new byte[0];
      if (bytes.length != length || in.read() >= 0) {
        throw damaged(entry, null);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(entry, e);
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    if (crc.getValue() != crc32) {
      throw damaged(entry, null);
    }
    return bytes;
  }

  private PolicyException damaged(ZipEntry entry, @Nullable Throwable cause) {
    String message =
        "%s is damaged: %s is not what was written; copy it again"
            .formatted(source, entry.getName());
    return cause == null ? new PolicyException(message) : new PolicyException(message, cause);
  }

  private PolicyException notFinite(String name, int index, double value) {
    return new PolicyException(
        "number %d of %s in %s is %s, with which no policy can act; use an earlier checkpoint"
            .formatted(index, name, source, value));
  }

  private static PolicyException notPolicy(String source) {
    return new PolicyException("%s is not a ppo4j policy".formatted(source));
  }
}
