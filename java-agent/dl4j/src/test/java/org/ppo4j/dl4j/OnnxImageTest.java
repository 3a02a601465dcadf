package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.policy.ImageCase;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/** ONNX Runtime acts on images as the trainer does. */
class OnnxImageTest {
  private static final int ROWS = 200;

  /**
   * Root mean square error relative to the root mean square of the outputs. Sums of thousands of
   * floats differ by their order; measured: 1.0e-6 with NatureCNN, 2.5e-6 with IMPALA's 15 layers.
   */
  private static final double TOLERANCE = 8e-6;

  /** Relative to an output, or to 1; measured: 1.6e-6 with NatureCNN, 1.2e-5 with IMPALA. */
  private static final double LARGEST = 4e-5;

  @TempDir private Path folder;

  static Stream<ImageCase> cases() {
    ImageCase masksAndMemory =
        new ImageCase(
            "masks, lstm",
            ImageCase.DICTIONARY,
            new Space.Discrete(4),
            true,
            0,
            c -> c.cnn(Cnn.parse("5x3s2p1")).lstm(6));
    return Stream.concat(ImageCase.all(), Stream.of(masksAndMemory));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainer(ImageCase test) throws IOException, OrtException {
    Path file = folder.resolve("policy.onnx");
    NetworkSpec spec = test.network();
    Random random = new Random(5);
    double[] observations = test.drawObservations(ROWS, random);
    byte[] masks = test.drawMasks(ROWS, random);
    double[] expected = new double[ROWS * test.actions().size()];
    try (TrainedPolicy policy = test.policy()) {
      OnnxExport.write(file, policy);
      if (spec.recurrence().isPresent()) {
        policy.session(ROWS).act(observations, masks, expected);
      } else {
        policy.act(observations, masks, ROWS, expected);
      }
    }
    double[] actual = run(file, test, test.seen(observations), masks, spec);
    assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(test.masks() ? 2 : ROWS);
    double squares = 0;
    double errors = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      squares += expected[i] * expected[i];
      errors += error * error;
      largest = Math.max(largest, error / Math.max(1, Math.abs(expected[i])));
    }
    assertThat(Math.sqrt(errors / squares)).as("root mean square").isLessThan(TOLERANCE);
    assertThat(largest).as("largest").isLessThan(LARGEST);
  }

  private static double[] run(
      Path file, ImageCase test, double[] observations, byte[] masks, NetworkSpec spec)
      throws OrtException {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession session = runtime.createSession(file.toString())) {
      inputs.put("observation", tensor(runtime, test, observations));
      if (test.masks()) {
        boolean[][] valid = new boolean[ROWS][masks.length / ROWS];
        for (int i = 0; i < masks.length; i++) {
          valid[i / valid[0].length][i % valid[0].length] = masks[i] == 1;
        }
        inputs.put("action_mask", OnnxTensor.createTensor(runtime, valid));
      }
      if (spec.recurrence().isPresent()) {
        float[][] state = new float[ROWS][spec.recurrence().stateSize()];
        inputs.put("state", OnnxTensor.createTensor(runtime, state));
      }
      assertThat(session.getInputNames()).isEqualTo(inputs.keySet());
      try (OrtSession.Result result = session.run(inputs)) {
        Object action = result.get("action").orElseThrow().getValue();
        return switch (action) {
          case long[] choices -> Arrays.stream(choices).asDoubleStream().toArray();
          case long[][] choices ->
              Stream.of(choices).flatMapToLong(Arrays::stream).asDoubleStream().toArray();
          default ->
              Stream.of((float[][]) action).flatMapToDouble(OnnxImageTest::doubles).toArray();
        };
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static DoubleStream doubles(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(i -> row[i]);
  }

  private static OnnxTensor tensor(OrtEnvironment runtime, ImageCase test, double[] numbers)
      throws OrtException {
    if (!(test.observations() instanceof Space.Box box)) {
      long[] shape = {ROWS, numbers.length / ROWS};
      return OnnxTensor.createTensor(runtime, DoubleBuffer.wrap(numbers), shape);
    }
    long[] shape = new long[box.shape().length + 1];
    shape[0] = ROWS;
    for (int i = 1; i < shape.length; i++) {
      shape[i] = box.shape()[i - 1];
    }
    if (box.dtype() == DType.FLOAT32) {
      FloatBuffer floats = FloatBuffer.allocate(numbers.length);
      for (int i = 0; i < numbers.length; i++) {
        floats.put(i, (float) numbers[i]);
      }
      return OnnxTensor.createTensor(runtime, floats, shape);
    }
    ByteBuffer bytes = ByteBuffer.allocateDirect(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      bytes.put(i, (byte) (int) numbers[i]);
    }
    return OnnxTensor.createTensor(runtime, bytes, shape, OnnxJavaType.UINT8);
  }
}
