package org.ppo4j.tokens.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.ModelException;

/**
 * A file of named arrays in Hugging Face's format safetensors: a length of 8 bytes, a header of
 * JSON, and the arrays' bytes, little-endian.
 */
public final class SafeTensors {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MAX_HEADER = 100_000_000;
  private static final String METADATA = "__metadata__";

  /** The types of elements that are read and written. */
  private enum Type {
    F32(4),
    F16(2),
    BF16(2),
    F64(8),
    I64(8),
    U8(1);

    private final int bytes;

    Type(int bytes) {
      this.bytes = bytes;
    }
  }

  /** Where an array's bytes are, counted from the end of the header. */
  private record Entry(Type type, List<Integer> shape, long begin, long end) {
    int size() {
      return (int) ((end - begin) / type.bytes);
    }
  }

  private final Path path;
  private final long dataStart;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private SafeTensors(Path path, long dataStart) {
    this.path = path;
    this.dataStart = dataStart;
  }

  /**
   * Reads the header of a file.
   *
   * @throws ModelException if the file is not of this format or is truncated
   * @throws java.io.UncheckedIOException if it cannot be read
   */
  public static SafeTensors open(Path path) {
    try (FileChannel channel = FileChannel.open(path)) {
      long fileSize = channel.size();
      if (fileSize < 8) {
        throw refused(path, "it has only %d bytes".formatted(fileSize));
      }
      long length = read(channel, 0, 8).getLong();
      if (length < 2 || length > MAX_HEADER || length > fileSize - 8) {
        throw refused(
            path, "its header would have %d bytes of the file's %d".formatted(length, fileSize));
      }
      byte[] header = read(channel, 8, (int) length).array();
      JsonNode json = MAPPER.readTree(new String(header, StandardCharsets.UTF_8));
      if (!json.isObject()) {
        throw refused(path, "its header is not a JSON object");
      }
      SafeTensors file = new SafeTensors(path, 8 + length);
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        file.add(field.getKey(), field.getValue(), fileSize - 8 - length);
      }
      return file;
    } catch (JsonProcessingException e) {
      throw refused(path, "its header is not JSON");
    } catch (ArithmeticException e) {
      throw refused(path, "its header gives an array more than 2^63 bytes");
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path, e);
    }
  }

  private void add(String name, JsonNode json, long dataSize) {
    if (name.equals(METADATA)) {
      json.properties().forEach(field -> metadata.put(field.getKey(), field.getValue().asText()));
      return;
    }
    Type type = type(name, json.path("dtype").asText());
    long size = type.bytes;
    List<Integer> shape = new ArrayList<>();
    for (JsonNode extent : json.path("shape")) {
      shape.add(extent.asInt());
      size = extent.asInt() < 0 ? -1 : Math.multiplyExact(size, extent.asLong());
    }
    long begin = json.path("data_offsets").path(0).asLong(-1);
    long end = json.path("data_offsets").path(1).asLong(-1);
    if (begin < 0 || end > dataSize || end - begin != size || size / type.bytes > 1 << 30) {
      throw refused(
          path,
          "its array %s of shape %s has the bytes %d to %d of %d"
              .formatted(name, shape, begin, end, dataSize));
    }
    entries.put(name, new Entry(type, shape, begin, end));
  }

  private Type type(String name, String dtype) {
    for (Type type : Type.values()) {
      if (type.name().equals(dtype)) {
        return type;
      }
    }
    throw refused(
        path,
        "its array %s is of type '%s', but only F32, F16, BF16, F64, I64 and U8 are read"
            .formatted(name, dtype));
  }

  private static ModelException refused(Path path, String reason) {
    return new ModelException(
        "%s is not a complete safetensors file: %s; copy or save it again".formatted(path, reason));
  }

  private static ByteBuffer read(FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new IOException("it ends at byte " + (position + buffer.position()));
      }
    }
    return buffer.flip();
  }

  /** Returns the names of the arrays, in the order of the header. */
  public List<String> names() {
    return List.copyOf(entries.keySet());
  }

  /** Returns the file's strings, such as the format that PyTorch's files name. */
  public Map<String, String> metadata() {
    return Map.copyOf(metadata);
  }

  /** Returns whether there is an array of that name. */
  public boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Returns the shape of an array. */
  public List<Integer> shape(String name) {
    return entry(name).shape;
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new ModelException("%s has no array %s".formatted(path, name));
    }
    return entry;
  }

  /**
   * Reads an array of floats, or of 16-bit floats, which are converted.
   *
   * @param target written from {@code offset} on
   */
  public void floats(String name, float[] target, int offset) {
    Entry entry = entry(name);
    ByteBuffer bytes = bytes(entry);
    int n = entry.size();
    switch (entry.type) {
      case F32 -> bytes.asFloatBuffer().get(target, offset, n);
      case F16 -> {
        for (int i = 0; i < n; i++) {
          target[offset + i] = Float.float16ToFloat(bytes.getShort(2 * i));
        }
      }
      case BF16 -> {
        for (int i = 0; i < n; i++) {
          target[offset + i] = Float.intBitsToFloat(bytes.getShort(2 * i) << 16);
        }
      }
      default ->
          throw new ModelException(
              "the array %s of %s is of type %s, but must be of floats"
                  .formatted(name, path, entry.type));
    }
  }

  /** Returns an array as the primitive array of its type: float, double, long or byte. */
  public Object array(String name) {
    Entry entry = entry(name);
    ByteBuffer bytes = bytes(entry);
    return switch (entry.type) {
      case F64 -> {
        double[] values = new double[entry.size()];
        bytes.asDoubleBuffer().get(values);
        yield values;
      }
      case I64 -> {
        long[] values = new long[entry.size()];
        bytes.asLongBuffer().get(values);
        yield values;
      }
      case U8 -> {
        byte[] values = new byte[entry.size()];
        bytes.get(values);
        yield values;
      }
      default -> {
        float[] values = new float[entry.size()];
        floats(name, values, 0);
        yield values;
      }
    };
  }

  private ByteBuffer bytes(Entry entry) {
    try (FileChannel channel = FileChannel.open(path)) {
      return read(channel, dataStart + entry.begin, Math.toIntExact(entry.end - entry.begin));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + path, e);
    }
  }

  /**
   * An array to write.
   *
   * @param array a float[], double[], long[] or byte[]
   * @param offset where the elements start in {@code array}
   */
  public record Written(String name, List<Integer> shape, Object array, int offset) {
    private int size() {
      return shape.stream().reduce(1, (a, b) -> a * b);
    }

    private Type type() {
      return switch (array) {
        case float[] f -> Type.F32;
        case double[] d -> Type.F64;
        case long[] l -> Type.I64;
        case byte[] b -> Type.U8;
        default -> throw new IllegalArgumentException(array.getClass().toString());
      };
    }
  }

  /**
   * Writes a file; a reader finds the old or the new one, whole.
   *
   * @throws java.io.UncheckedIOException if it cannot be written
   */
  public static void write(Path path, Map<String, String> metadata, List<Written> arrays) {
    ObjectNode header = MAPPER.createObjectNode();
    ObjectNode strings = header.putObject(METADATA);
    metadata.forEach(strings::put);
    long end = 0;
    for (Written array : arrays) {
      ObjectNode json = header.putObject(array.name);
      json.put("dtype", array.type().name());
      ArrayNode shape = json.putArray("shape");
      array.shape.forEach(shape::add);
      ArrayNode offsets = json.putArray("data_offsets").add(end);
      end += (long) array.size() * array.type().bytes;
      offsets.add(end);
    }
    try {
      AtomicFile.write(
          path,
          out -> {
            byte[] text = MAPPER.writeValueAsBytes(header);
            int padded = (text.length + 7) / 8 * 8;
            ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
            out.write(length.putLong(padded).array());
            out.write(text);
            out.write(" ".repeat(padded - text.length).getBytes(StandardCharsets.UTF_8));
            for (Written array : arrays) {
              write(array, out);
            }
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + path, e);
    }
  }

  private static void write(Written array, OutputStream out) throws IOException {
    int chunk = 1 << 16;
    ByteBuffer bytes =
        ByteBuffer.allocate(chunk * array.type().bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < array.size(); from += chunk) {
      int n = Math.min(chunk, array.size() - from);
      int at = array.offset + from;
      switch (array.array) {
        case float[] f -> bytes.asFloatBuffer().put(f, at, n);
        case double[] d -> bytes.asDoubleBuffer().put(d, at, n);
        case long[] l -> bytes.asLongBuffer().put(l, at, n);
        case byte[] b -> bytes.duplicate().put(b, at, n);
        default -> throw new AssertionError(array.array.getClass());
      }
      out.write(bytes.array(), 0, n * array.type().bytes);
    }
  }
}
