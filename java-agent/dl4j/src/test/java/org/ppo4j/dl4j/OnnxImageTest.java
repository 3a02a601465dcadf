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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** ONNX Runtime acts on images as the trainer does. */
class OnnxImageTest {
  private static final int ROWS = 200;

  /**
   * Root mean square error relative to the root mean square of the outputs. Sums of thousands of
   * floats differ by their order; measured: 1.0e-6 with NatureCNN, 2.1e-6 with IMPALA's 15 layers.
   */
  private static final double TOLERANCE = 4e-6;

  /** Relative to an output, or to 1; measured: 1.4e-6 with NatureCNN, 7.8e-6 with IMPALA. */
  private static final double LARGEST = 1.6e-5;

  private static final Space ACTIONS = Space.Box.of(-50, 50, 3, DType.FLOAT32);

  @TempDir private Path folder;

  record Case(
      String name,
      Space observations,
      Space actions,
      boolean masks,
      int criticOnly,
      Consumer<PpoConfigBuilder> settings) {

    Case(String name, Space observations, Consumer<PpoConfigBuilder> settings) {
      this(name, observations, ACTIONS, false, 0, settings);
    }

    PpoConfig config() {
      return PpoConfig.of(Profile.DEFAULT, actions)
          .with(c -> c.hiddenSizes(List.of(64)).normObs(true))
          .with(settings);
    }

    EnvSpec env() {
      return new EnvSpec("Test-v0", observations, actions, 0, Map.of(), Map.of())
          .withMasksActions(masks)
          .withCriticOnly(criticOnly);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Space vector =
        Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 5, DType.FLOAT64);
    Space dictionary =
        new Space.Tuple(
            List.of(
                new Space.Discrete(4, -1),
                image(DType.UINT8, 9, 8, 3),
                vector,
                image(DType.UINT8, 2, 7, 6),
                new Space.MultiDiscrete(new int[] {2, 3}, new int[] {5, -1})));
    Space floats =
        new Space.Tuple(
            List.of(vector, image(DType.FLOAT32, 7, 6, 2), image(DType.UINT8, 6, 7), vector));
    return Stream.of(
        new Case("nature, channels first", image(DType.UINT8, 4, 84, 84), c -> c.sharedTrunk(true)),
        new Case("nature, channels last", image(DType.UINT8, 40, 37, 3), c -> {}),
        new Case("impala", image(DType.UINT8, 3, 33, 40), c -> c.cnn(Cnn.IMPALA)),
        new Case(
            "list with padding, no hidden layers",
            image(DType.UINT8, 2, 9, 11),
            c -> c.cnn(Cnn.parse("5x4s2p3,7x3s1p1,6x2s3")).hiddenSizes(List.of())),
        new Case("floats, normalised", image(DType.FLOAT32, 9, 11), c -> c.cnn(Cnn.parse("3x3s2"))),
        new Case("parts", dictionary, c -> c.cnn(Cnn.parse("5x3s2p1,4x2s1"))),
        new Case("parts of floats, normalised", floats, c -> c.cnn(Cnn.parse("5x3s2p1"))),
        new Case(
            "critic alone sees the last",
            floats,
            ACTIONS,
            false,
            5,
            c -> c.cnn(Cnn.parse("5x3s2p1"))),
        new Case(
            "masks, lstm",
            dictionary,
            new Space.Discrete(4),
            true,
            0,
            c -> c.cnn(Cnn.parse("5x3s2p1")).lstm(6)));
  }

  private static Space image(DType dtype, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] high = new double[size];
    Arrays.fill(high, 255);
    return new Space.Box(new double[size], high, shape, dtype);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainer(Case test) throws IOException, OrtException {
    Path file = folder.resolve("policy.onnx");
    NetworkSpec spec = PolicyNetwork.spec(test.env(), test.config());
    double[] observations = observations(test.observations, new Random(5));
    int flags = test.masks ? test.actions.maskSize() : 0;
    byte[] masks = new byte[ROWS * flags];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = (byte) (i % flags == 1 || i % 3 == 0 ? 1 : 0);
    }
    double[] expected = new double[ROWS * test.actions.size()];
    try (TrainedPolicy policy =
        new TrainedPolicy(
            test.env(), test.config(), ActorCritics.create(Engine.SIMD, spec), state(test, spec))) {
      OnnxExport.write(file, policy);
      if (spec.recurrence().isPresent()) {
        policy.session(ROWS).act(observations, masks, expected);
      } else {
        policy.act(observations, masks, ROWS, expected);
      }
    }
    double[] actual = run(file, test, seen(test, observations), masks, spec);
    assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(test.masks ? 2 : ROWS);
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
      Path file, Case test, double[] observations, byte[] masks, NetworkSpec spec)
      throws OrtException {
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession session = runtime.createSession(file.toString())) {
      inputs.put("observation", tensor(runtime, test, observations));
      if (test.masks) {
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
        return action instanceof long[] choices
            ? Arrays.stream(choices).asDoubleStream().toArray()
            : Stream.of((float[][]) action).flatMapToDouble(OnnxImageTest::doubles).toArray();
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static DoubleStream doubles(float[] row) {
    return IntStream.range(0, row.length).mapToDouble(i -> row[i]);
  }

  private static OnnxTensor tensor(OrtEnvironment runtime, Case test, double[] numbers)
      throws OrtException {
    if (!(test.observations instanceof Space.Box box)) {
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

  /** Returns the observations without what critics alone see. */
  private static double[] seen(Case test, double[] observations) {
    int all = test.observations.size();
    int size = all - test.criticOnly;
    double[] seen = new double[ROWS * size];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(observations, row * all, seen, row * size, size);
    }
    return seen;
  }

  /** Parameters of a fresh network with a head that counts, and statistics of each feature. */
  private static TrainingState state(Case test, NetworkSpec spec) {
    TrainingState state = new TrainingState();
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 1.0, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      state.put("network/parameters", network.parameters());
    }
    Random random = new Random(9);
    for (int i = 0; i < test.config().collect().numEnvs(); i++) {
      RunningMeanStd statistics = new RunningMeanStd(spec.inputs());
      double[] rows = new double[ROWS * spec.inputs()];
      Arrays.setAll(rows, k -> 100 + 50 * random.nextGaussian());
      statistics.update(rows, 0, ROWS);
      statistics.save(state, "observations/" + i);
    }
    return state;
  }

  private static double[] observations(Space space, Random random) {
    double[] observations = new double[ROWS * space.size()];
    int at = 0;
    for (int row = 0; row < ROWS; row++) {
      for (Space leaf : space.leaves()) {
        for (int i = 0; i < leaf.size(); i++) {
          observations[at++] =
              switch (leaf) {
                case Space.Box box when box.dtype() == DType.UINT8 -> random.nextInt(256);
                case Space.Box box ->
                    box.dtype() == DType.FLOAT32
                        ? (float) (100 + 50 * random.nextGaussian())
                        : 100 + 50 * random.nextGaussian();
                case Space.Discrete choice -> choice.start() + random.nextInt(choice.n());
                case Space.MultiDiscrete choices ->
                    choices.start(i) + random.nextInt(choices.nvec(i));
                case Space.MultiBinary _, Space.Tuple _ ->
                    throw new IllegalStateException("not among the cases");
              };
        }
      }
    }
    return observations;
  }
}
