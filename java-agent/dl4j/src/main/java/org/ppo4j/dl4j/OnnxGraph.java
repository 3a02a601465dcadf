package org.ppo4j.dl4j;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import onnx.Onnx.TensorProto.DataType;
import onnx.Onnx.TensorShapeProto;
import onnx.Onnx.TypeProto;
import onnx.Onnx.ValueInfoProto;
import org.nd4j.shade.protobuf.ByteString;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * Builds an ONNX graph node by node. A method adds what it is named after and returns the name of
 * its output, which later nodes take as input.
 *
 * @see <a href="https://onnx.ai/onnx/operators">ONNX operators</a>
 */
final class OnnxGraph {
  /** The version of the operators; every one used here has its present meaning since then. */
  private static final int OPERATORS = 13;

  /** The version of the file format that came with those operators. */
  private static final int FORMAT = 7;

  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("policy");
  private int names;

  /** Returns the ONNX type of elements of {@code dtype}. */
  static DataType type(DType dtype) {
    return switch (dtype) {
      case FLOAT64 -> DataType.DOUBLE;
      case FLOAT32 -> DataType.FLOAT;
      case INT64 -> DataType.INT64;
      case INT32 -> DataType.INT32;
      case INT16 -> DataType.INT16;
      case INT8 -> DataType.INT8;
      case UINT16 -> DataType.UINT16;
      case UINT8 -> DataType.UINT8;
      case BOOL -> DataType.BOOL;
    };
  }

  /** Returns the ONNX type of values of {@code space}. */
  static DataType type(Space space) {
    return type(dtype(space));
  }

  /** Returns the type of values of {@code space}. */
  static DType dtype(Space space) {
    return switch (space) {
      case Space.Box box -> box.dtype();
      case Space.Discrete _, Space.MultiDiscrete _ -> DType.INT64;
      case Space.MultiBinary _ -> DType.INT8;
      case Space.Tuple _ -> DType.FLOAT64;
    };
  }

  /** Returns the shape of a value of {@code space}. */
  static int[] shape(Space space) {
    return switch (space) {
      case Space.Box box -> box.shape();
      case Space.Discrete _ -> new int[0];
      case Space.MultiDiscrete _, Space.MultiBinary _, Space.Tuple _ -> new int[] {space.size()};
    };
  }

  /** Declares an input {@code [batch, shape...]}. */
  String input(String name, DataType type, int... shape) {
    graph.addInput(value(name, type, shape));
    return name;
  }

  /** Declares {@code value} as an output {@code [batch, shape...]} of that name. */
  void output(String name, String value, DataType type, int... shape) {
    graph.addNode(node("Identity", value).addOutput(name));
    graph.addOutput(value(name, type, shape));
  }

  /** Adds {@code operator} without attributes. */
  String node(String operator, String first, String... others) {
    return add(node(operator, first).addAllInput(Arrays.asList(others)));
  }

  String cast(String value, DataType type) {
    return add(node("Cast", value).addAttribute(integer("to", type.getNumber())));
  }

  /** Adds the columns {@code from} (inclusive) to {@code to} (exclusive) of {@code value}. */
  String columns(String value, int from, int to) {
    return node("Slice", value, integers(from), integers(to), integers(1));
  }

  /** Adds every {@code step}-th column from {@code from} (inclusive) to {@code to} (exclusive). */
  String strided(String value, int from, int to, int step) {
    return node("Slice", value, integers(from), integers(to), integers(1), integers(step));
  }

  /** Adds {@code value} as rows of {@code size} numbers. */
  String rows(String value, int size) {
    return node("Reshape", value, integers(-1, size));
  }

  /** Adds {@code value} with its dimensions in another order. */
  String transposed(String value, long... order) {
    return add(node("Transpose", value).addAttribute(integers("perm", order)));
  }

  /**
   * Adds a convolution with square kernels, from images {@code [batch, channels, rows, columns]} to
   * others.
   *
   * @param weights {@code [out, channels, kernel, kernel]}
   */
  String convolution(
      String value,
      float[] weights,
      float[] biases,
      int channels,
      int kernel,
      int stride,
      int padding) {
    return add(
        node("Conv", value)
            .addInput(floats(weights, biases.length, channels, kernel, kernel))
            .addInput(floats(biases, biases.length))
            .addAttribute(integers("kernel_shape", kernel, kernel))
            .addAttribute(integers("strides", stride, stride))
            .addAttribute(integers("pads", padding, padding, padding, padding)));
  }

  /** Adds maxima over windows of 3 x 3 with a stride of 2 and a border of one. */
  String maxima(String value) {
    return add(
        node("MaxPool", value)
            .addAttribute(integers("kernel_shape", 3, 3))
            .addAttribute(integers("strides", 2, 2))
            .addAttribute(integers("pads", 1, 1, 1, 1)));
  }

  /** Adds {@code value} without its second dimension. */
  String flat(String value) {
    return node("Reshape", value, integers(-1));
  }

  String concatenation(Iterable<String> columns) {
    return add(
        NodeProto.newBuilder()
            .setOpType("Concat")
            .addAllInput(columns)
            .addAttribute(integer("axis", 1)));
  }

  /** Adds the index of the first of the largest numbers of each row, {@code [batch, 1]}. */
  String argMax(String value) {
    return add(node("ArgMax", value).addAttribute(integer("axis", 1)));
  }

  /** Adds ones at the indices {@code [batch]}, {@code [batch, n]} of floats. */
  String oneHot(String indices, int n) {
    return node("OneHot", indices, integers(n), floats(new float[] {0, 1}, 2));
  }

  /** Adds the numbers of {@code value} within bounds {@code [size]}; NaN stays NaN. */
  String clipped(String value, double[] low, double[] high) {
    return node("Min", node("Max", value, doubles(low)), doubles(high));
  }

  /** Adds a dense layer. */
  String dense(String value, float[] weights, int in, float[] biases) {
    return node("Gemm", value, floats(weights, in, biases.length), floats(biases, biases.length));
  }

  String doubles(double... values) {
    ByteBuffer bytes = buffer(values.length * Double.BYTES);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return constant(DataType.DOUBLE, bytes, values.length);
  }

  String integers(long... values) {
    ByteBuffer bytes = buffer(values.length * Long.BYTES);
    for (long value : values) {
      bytes.putLong(value);
    }
    return constant(DataType.INT64, bytes, values.length);
  }

  /** Adds one float. */
  String floats(float value) {
    return floats(new float[] {value}, 1);
  }

  private String floats(float[] values, int... shape) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    for (float value : values) {
      bytes.putFloat(value);
    }
    return constant(DataType.FLOAT, bytes, shape);
  }

  /** Returns the model of this graph, with {@code notes} as its metadata. */
  ModelProto model(String producer, Map<String, String> notes) {
    ModelProto.Builder model =
        ModelProto.newBuilder()
            .setIrVersion(FORMAT)
            .setProducerName(producer)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
            .setGraph(graph);
    notes.forEach(
        (key, value) ->
            model.addMetadataProps(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private static NodeProto.Builder node(String operator, String first) {
    return NodeProto.newBuilder().setOpType(operator).addInput(first);
  }

  private String add(NodeProto.Builder node) {
    String name = "v" + names++;
    graph.addNode(node.addOutput(name));
    return name;
  }

  private String constant(DataType type, ByteBuffer bytes, int... shape) {
    String name = "c" + names++;
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(ByteString.copyFrom(bytes.flip()));
    for (int size : shape) {
      tensor.addDims(size);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static AttributeProto.Builder integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value);
  }

  private static AttributeProto.Builder integers(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeProto.AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute;
  }

  private static ValueInfoProto.Builder value(String name, DataType type, int... shape) {
    TensorShapeProto.Builder dimensions =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    for (int size : shape) {
      dimensions.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(type.getNumber())
                        .setShape(dimensions)));
  }
}
