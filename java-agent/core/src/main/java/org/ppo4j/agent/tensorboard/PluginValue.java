package org.ppo4j.agent.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The values of a summary that TensorBoard's tabs Text and HParams show, encoded field by field as
 * the scalars of {@link EventWriter}:
 *
 * <pre>
 * Summary.Value      { string tag = 1; TensorProto tensor = 8; SummaryMetadata metadata = 9; }
 * TensorProto        { DataType dtype = 1; TensorShapeProto tensor_shape = 2; repeated bytes string_val = 8; }
 * TensorShapeProto   { repeated Dim dim = 2; }  Dim { int64 size = 1; }
 * SummaryMetadata    { PluginData plugin_data = 1; DataClass data_class = 4; }
 * PluginData         { string plugin_name = 1; bytes content = 2; }
 * HParamsPluginData  { SessionStartInfo session_start_info = 3; }
 * SessionStartInfo   { map&lt;string, google.protobuf.Value&gt; hparams = 1; double start_time_secs = 5; }
 * Value              { double number_value = 2; string string_value = 3; bool bool_value = 4; }
 * </pre>
 */
final class PluginValue {
  private static final int TENSOR = 8;
  private static final int METADATA = 9;
  private static final int DT_STRING = 7;
  private static final int DATA_CLASS_TENSOR = 2;

  private PluginValue() {}

  /** Writes the fields of a message. */
  private interface Fields {
    void writeTo(CodedOutputStream out) throws IOException;
  }

  private static byte[] message(Fields fields) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    try {
      fields.writeTo(out);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /** Returns a text in Markdown; the tab shows {@code tag} without {@code /text_summary}. */
  static byte[] text(String tag, String markdown) {
    byte[] content = markdown.getBytes(StandardCharsets.UTF_8);
    byte[] tensor =
        message(
            out -> {
              out.writeEnum(1, DT_STRING);
              out.writeByteArray(2, message(shape -> shape.writeByteArray(2, dimension(1))));
              out.writeByteArray(8, content);
            });
    return value(tag + "/text_summary", "text", new byte[0], tensor);
  }

  /** Returns the hyperparameters of a run: numbers, booleans, and all else as its text. */
  static byte[] hyperparameters(Map<String, Object> values, double startSeconds) {
    byte[] session =
        message(
            out -> {
              for (Map.Entry<String, Object> each : values.entrySet()) {
                byte[] value = message(entry -> writeValue(entry, each.getValue()));
                byte[] entry =
                    message(
                        map -> {
                          map.writeString(1, each.getKey());
                          map.writeByteArray(2, value);
                        });
                out.writeByteArray(1, entry);
              }
              out.writeDouble(5, startSeconds);
            });
    byte[] nothing =
        message(
            out -> {
              out.writeEnum(1, 1); // an empty tensor of floats, which the tab does not read
              out.writeByteArray(2, message(shape -> shape.writeByteArray(2, dimension(0))));
            });
    return value(
        "_hparams_/session_start_info",
        "hparams",
        message(out -> out.writeByteArray(3, session)),
        nothing);
  }

  private static byte[] dimension(long size) {
    return message(out -> out.writeInt64(1, size));
  }

  private static void writeValue(CodedOutputStream out, Object value) throws IOException {
    switch (value) {
      case Number number -> out.writeDouble(2, number.doubleValue());
      case Boolean flag -> out.writeBool(4, flag);
      default -> out.writeString(3, value.toString());
    }
  }

  private static byte[] value(String tag, String plugin, byte[] content, byte[] tensor) {
    byte[] data =
        message(
            out -> {
              out.writeString(1, plugin);
              out.writeByteArray(2, content);
            });
    byte[] metadata =
        message(
            out -> {
              out.writeByteArray(1, data);
              out.writeEnum(4, DATA_CLASS_TENSOR);
            });
    return message(
        out -> {
          out.writeString(EventWriter.TAG, tag);
          out.writeByteArray(TENSOR, tensor);
          out.writeByteArray(METADATA, metadata);
        });
  }

  /** Returns the event that has the value at step 0. */
  static byte[] event(double seconds, byte[] value) {
    byte[] summary = message(out -> out.writeByteArray(EventWriter.VALUE, value));
    return message(
        out -> {
          out.writeDouble(EventWriter.WALL_TIME, seconds);
          out.writeByteArray(EventWriter.SUMMARY, summary);
        });
  }
}
