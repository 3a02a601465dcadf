package org.ppo4j.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A golden file: settings and named arrays that PyTorch computed. The scripts in {@code
 * src/test/python} record them; {@code golden.py} describes the format.
 */
public final class Golden {
  private static final Path FOLDER = folder();

  private final String name;
  private final JsonNode settings;
  private final Map<String, double[]> arrays = new HashMap<>();

  private Golden(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = 0;
    while (bytes[end] != '\n') {
      end++;
    }
    JsonNode header = new ObjectMapper().readTree(bytes, 0, end);
    name = FOLDER.relativize(file).toString();
    settings = header.required("settings");
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).position(end + 1);
    for (JsonNode array : header.required("arrays")) {
      int size = 1;
      for (JsonNode extent : array.required("shape")) {
        size *= extent.asInt();
      }
      String dtype = array.required("dtype").asText();
      double[] values = new double[size];
      Arrays.setAll(
          values,
          i ->
              switch (dtype) {
                case "float32" -> data.getFloat();
                case "uint8" -> data.get() & 0xFF;
                default -> data.getDouble();
              });
      arrays.put(array.required("name").asText(), values);
    }
    if (data.hasRemaining()) {
      throw new IOException(name + " has " + data.remaining() + " bytes after its last array");
    }
  }

  /** Reads a golden file by its path in the golden folder, such as {@code loss/ties.golden}. */
  public static Golden read(String path) throws IOException {
    return new Golden(FOLDER.resolve(path));
  }

  /** Reads all golden files of a folder such as {@code networks}, in the order of their names. */
  public static List<Golden> all(String folder) throws IOException {
    List<Path> files;
    try (Stream<Path> paths = Files.list(FOLDER.resolve(folder))) {
      files = paths.sorted().toList();
    }
    Golden[] all = new Golden[files.size()];
    for (int i = 0; i < all.length; i++) {
      all[i] = new Golden(files.get(i));
    }
    return List.of(all);
  }

  /** Returns the settings for PyTorch, and the scalars among its results. */
  public JsonNode settings() {
    return settings;
  }

  /** Returns a copy of the array of that name, in C order. */
  public double[] doubles(String array) {
    double[] values = arrays.get(array);
    if (values == null) {
      throw new IllegalArgumentException(
          "%s has no array %s, only %s".formatted(name, array, arrays.keySet()));
    }
    return values.clone();
  }

  /**
   * Returns a copy of the array of that name as floats, exact if the array is recorded as floats.
   */
  public float[] floats(String array) {
    double[] values = doubles(array);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Override
  public String toString() {
    return name;
  }

  /** Returns the folder of the recordings, which other modules find in the jar of these tests. */
  private static Path folder() {
    try {
      URL url = Golden.class.getResource("/golden");
      if (url == null) {
        throw new IllegalStateException("no folder golden on the class path");
      }
      URI uri = url.toURI();
      if (uri.getScheme().equals("jar")) {
        FileSystems.newFileSystem(uri, Map.of()); // stays open as long as the tests
      }
      return Path.of(uri);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
