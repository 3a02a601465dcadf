package org.ppo4j.policy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes policy files for tests, as docs/file-format.md describes them. */
final class PolicyFiles {
  private final String observationSpace;
  private final String actionSpace;
  private final int inputs;
  private final int outputs;
  private int[] hidden = {};
  private String activation = "tanh";
  private boolean shared;
  private int logStdSize;
  private String bounds = "clip";
  private boolean normalizes;
  private String clip = "10.0";
  private final Map<String, byte[]> arrays = new LinkedHashMap<>();
  private final Map<String, String> dtypes = new LinkedHashMap<>();
  private String images = "";
  private String replaced = "";
  private String replacement = "";

  private PolicyFiles(String observationSpace, int inputs, String actionSpace, int outputs) {
    this.observationSpace = observationSpace;
    this.actionSpace = actionSpace;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  /** Starts a file; {@code inputs} and {@code outputs} are what the spaces need. */
  static PolicyFiles of(String observationSpace, int inputs, String actionSpace, int outputs) {
    return new PolicyFiles(observationSpace, inputs, actionSpace, outputs);
  }

  /** A policy from 4 numbers to 2, hidden layers of 7 and 6, with random parameters. */
  static PolicyFiles random(long seed) {
    return of(box(4, -1, 2), 4, box(2, -1, 2), 2)
        .hidden(7, 6)
        .logStdSize(2)
        .normalizing(new double[] {0.5, -1, 0, 2}, new double[] {1, 4, 0.25, 0})
        .randomParameters(seed);
  }

  static String box(int size, double low, double high) {
    double[] lows = new double[size];
    double[] highs = new double[size];
    Arrays.fill(lows, low);
    Arrays.fill(highs, high);
    return "{\"type\": \"box\", \"low\": %s, \"high\": %s, \"shape\": [%d], \"dtype\": \"float32\"}"
        .formatted(numbers(lows), numbers(highs), size);
  }

  static String discrete(int n, int start) {
    return "{\"type\": \"discrete\", \"n\": %d, \"start\": %d}".formatted(n, start);
  }

  static String multiDiscrete(int[] nvec, int[] start) {
    return "{\"type\": \"multi_discrete\", \"nvec\": %s, \"start\": %s}"
        .formatted(Arrays.toString(nvec), Arrays.toString(start));
  }

  static String multiBinary(int n) {
    return "{\"type\": \"multi_binary\", \"n\": %d}".formatted(n);
  }

  PolicyFiles hidden(int... hidden) {
    this.hidden = hidden;
    return this;
  }

  /** Has an image pass through convolutions; the parameters must then be given. */
  PolicyFiles image(int height, int width, int channels, boolean first, String cnn) {
    String image =
        "{\"height\": %d, \"width\": %d, \"channels\": %d, \"channels_first\": %s, \"bytes\": true, \"cnn\": \"%s\"}"
            .formatted(height, width, channels, first, cnn);
    images = images.isEmpty() ? image : images + ", " + image;
    return this;
  }

  static String image(int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    String bounds = box(size, 0, 255);
    return bounds
        .replace("[%d]".formatted(size), Arrays.toString(shape))
        .replace("float32", "uint8");
  }

  PolicyFiles relu() {
    activation = "relu";
    return this;
  }

  PolicyFiles shared() {
    shared = true;
    return this;
  }

  PolicyFiles logStdSize(int size) {
    logStdSize = size;
    return this;
  }

  PolicyFiles bounds(String bounds) {
    this.bounds = bounds;
    return this;
  }

  PolicyFiles clip(String clip) {
    this.clip = clip;
    return this;
  }

  PolicyFiles normalizing(double[] mean, double[] variance) {
    normalizes = true;
    return doubles("policy/observation_mean", mean)
        .doubles("policy/observation_variance", variance);
  }

  /** Takes the actor's parameters and fills the rest with zeros. */
  PolicyFiles actor(float... actor) {
    return parameters(Arrays.copyOf(actor, parameterCount()));
  }

  PolicyFiles randomParameters(long seed) {
    Random random = new Random(seed);
    float[] parameters = new float[parameterCount()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) random.nextGaussian();
    }
    return parameters(parameters);
  }

  PolicyFiles parameters(float... parameters) {
    byte[] bytes = new byte[parameters.length * Float.BYTES];
    littleEndian(bytes).asFloatBuffer().put(parameters);
    return array("network/parameters", "float32", bytes);
  }

  PolicyFiles doubles(String name, double... values) {
    byte[] bytes = new byte[values.length * Double.BYTES];
    littleEndian(bytes).asDoubleBuffer().put(values);
    return array(name, "float64", bytes);
  }

  PolicyFiles array(String name, String dtype, byte[] bytes) {
    arrays.put(name, bytes);
    dtypes.put(name, dtype);
    return this;
  }

  /** Replaces a part of the manifest, which must occur in it. */
  PolicyFiles replacing(String replaced, String replacement) {
    this.replaced = replaced;
    this.replacement = replacement;
    return this;
  }

  int parameterCount() {
    int count = logStdSize;
    for (int network = 0; network < 2; network++) {
      int in = inputs;
      for (int width : hidden) {
        count += network == 1 && shared ? 0 : in * width + width;
        in = width;
      }
      int out = network == 0 ? outputs : 1;
      count += in * out + out;
    }
    return count;
  }

  String manifest() {
    StringJoiner list = new StringJoiner(", ", "[", "]");
    arrays.forEach(
        (name, bytes) ->
            list.add(
                "{\"name\": \"%s\", \"dtype\": \"%s\", \"length\": %d, \"crc32\": %d}"
                    .formatted(
                        name,
                        dtypes.get(name),
                        bytes.length / ("float64".equals(dtypes.get(name)) ? 8 : 4),
                        crc32(bytes))));
    String manifest =
        """
        {"format_version": 4, "algorithm": "ppo", "policy": {
          "observation_space": %s,
          "action_space": %s,
          "network": {"type": "%s",%s "inputs": %d, "hidden_sizes": %s, "activation": "%s",
            "shared_trunk": %s, "outputs": %d, "log_std_size": %d},
          "action_bounds": "%s", "normalize_observations": %s, "clip_observations": %s},
         "arrays": %s}
        """
            .formatted(
                observationSpace,
                actionSpace,
                images.isEmpty() ? "mlp" : "cnn",
                images.isEmpty() ? "" : " \"images\": [" + images + "],",
                inputs,
                Arrays.toString(hidden),
                activation,
                shared,
                outputs,
                logStdSize,
                bounds,
                normalizes,
                clip,
                list);
    if (!manifest.contains(replaced)) {
      throw new IllegalArgumentException("the manifest has no " + replaced);
    }
    return manifest.replace(replaced, replacement);
  }

  byte[] bytes() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("manifest.json", manifest().getBytes(StandardCharsets.UTF_8));
    arrays.forEach((name, bytes) -> entries.put("arrays/" + name, bytes));
    return zip(entries);
  }

  Path write(Path folder) throws IOException {
    return Files.write(folder.resolve("policy.zip"), bytes());
  }

  Policy load(Path folder) throws IOException {
    return Policy.load(write(folder));
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String numbers(double[] values) {
    StringJoiner list = new StringJoiner(", ", "[", "]");
    for (double value : values) {
      list.add(
          Double.isInfinite(value) ? "\"" + value + "\"" : String.format(Locale.ROOT, "%s", value));
    }
    return list.toString();
  }

  private static long crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
