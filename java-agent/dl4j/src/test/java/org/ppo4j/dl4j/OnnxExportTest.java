package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkShape;
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

/** ONNX Runtime acts on an exported policy as the trainer does. */
class OnnxExportTest {
  private static final int ROWS = 100_000;

  /** Relative to an action's range, or to 1. */
  private static final double TOLERANCE = 1e-6;

  private static final Space FLOATS =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 17, DType.FLOAT32);
  private static final Space DOUBLES =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 4, DType.FLOAT64);
  private static final Space BYTES =
      new Space.Box(new double[6], fill(6, 255), new int[] {2, 3}, DType.UINT8);
  private static final Space BOX =
      new Space.Box(
          new double[] {-1, 0, -0.4, -2, 0.1, -3},
          new double[] {1, 5, 0.4, 3, 0.3, -1},
          new int[] {2, 3},
          DType.FLOAT32);
  private static final Space INTEGERS =
      new Space.Box(
          new double[] {-3, 0, -1, 2}, new double[] {3, 2, 0, 2}, new int[] {4}, DType.INT8);
  private static final Space CHOICES =
      new Space.MultiDiscrete(new int[] {2, 3, 5}, new int[] {4, 0, -7});

  @TempDir private Path folder;

  record Case(
      Space observations,
      Space actions,
      ActionHead head,
      ActionBounds bounds,
      Activation activation,
      boolean normalises,
      List<Integer> hidden) {

    Case(Space observations, Space actions, ActionHead head, ActionBounds bounds) {
      this(observations, actions, head, bounds, Activation.TANH, true, List.of(64, 64));
    }

    Case(Space observations, Space actions) {
      this(observations, actions, ActionHead.GAUSSIAN, ActionBounds.CLIP);
    }

    PpoConfig config() {
      return PpoConfig.of(Profile.DEFAULT, actions)
          .with(c -> c.hiddenSizes(hidden).activation(activation).normObs(normalises))
          .with(c -> c.actionHead(head).actionBounds(bounds));
    }

    EnvSpec env() {
      return new EnvSpec("Test-v0", observations, actions, 0, Map.of(), Map.of());
    }
  }

  static Stream<Case> cases() {
    Stream<Case> activations =
        Stream.of(Activation.ELU, Activation.LEAKY_RELU, Activation.SILU)
            .map(
                activation ->
                    new Case(
                        FLOATS,
                        BOX,
                        ActionHead.GAUSSIAN,
                        ActionBounds.CLIP,
                        activation,
                        true,
                        List.of(33, 7)));
    return Stream.concat(spaces(), activations);
  }

  private static Stream<Case> spaces() {
    return Stream.of(
        new Case(FLOATS, BOX),
        new Case(FLOATS, BOX, ActionHead.GAUSSIAN, ActionBounds.SQUASH),
        new Case(FLOATS, BOX, ActionHead.GAUSSIAN, ActionBounds.NONE),
        new Case(FLOATS, BOX, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.CLIP),
        new Case(FLOATS, BOX, ActionHead.BETA, ActionBounds.CLIP),
        new Case(FLOATS, BOX, ActionHead.GSDE, ActionBounds.SQUASH),
        new Case(FLOATS, INTEGERS),
        new Case(FLOATS, INTEGERS, ActionHead.GAUSSIAN, ActionBounds.NONE),
        new Case(FLOATS, new Space.Discrete(4, -1)),
        new Case(FLOATS, CHOICES),
        new Case(FLOATS, new Space.MultiBinary(5)),
        new Case(DOUBLES, BOX),
        new Case(BYTES, BOX),
        new Case(new Space.Discrete(12, 3), BOX),
        new Case(CHOICES, new Space.Discrete(3)),
        new Case(new Space.MultiBinary(9), BOX),
        new Case(
            FLOATS,
            BOX,
            ActionHead.GAUSSIAN,
            ActionBounds.CLIP,
            Activation.RELU,
            false,
            List.of(33, 7, 300)),
        new Case(
            FLOATS,
            new Space.Discrete(2),
            ActionHead.GAUSSIAN,
            ActionBounds.CLIP,
            Activation.TANH,
            false,
            List.of()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainer(Case test) throws IOException, OrtException {
    Path file = folder.resolve("policy.onnx");
    int size = test.actions.size();
    double[] observations = observations(test.observations, ROWS, new Random(5));
    double[] expected = new double[ROWS * size];
    float[] outputs;
    try (TrainedPolicy policy = policy(test)) {
      OnnxExport.write(file, policy);
      policy.act(observations, ROWS, expected);
      outputs = outputs(policy, observations);
    }
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions();
        OrtSession session = session(runtime, file, options);
        OnnxTensor input = tensor(runtime, test.observations, observations);
        OrtSession.Result result = session.run(Map.of("observation", input))) {
      assertThat(shape(Objects.requireNonNull(session.getInputInfo().get("observation")).getInfo()))
          .isEqualTo(dimensions(-1, test.observations));
      OnnxTensor action = (OnnxTensor) result.get("action").orElseThrow();
      assertThat(action.getInfo().getShape()).isEqualTo(dimensions(ROWS, test.actions));
      float[] policy = ((OnnxTensor) result.get("policy").orElseThrow()).getFloatBuffer().array();
      double[] actual = numbers(action, ROWS * size);
      assertActions(test.actions, expected, actual, outputs, policy);
    }
  }

  /** Where two outputs of the network are nearly the same, rounding may choose the other one. */
  private static void assertActions(
      Space space, double[] expected, double[] actual, float[] outputs, float[] policy) {
    double largest = 0;
    for (int i = 0; i < outputs.length; i++) {
      largest =
          Math.max(largest, Math.abs(outputs[i] - policy[i]) / Math.max(1, Math.abs(outputs[i])));
    }
    assertThat(largest).isLessThan(TOLERANCE);
    int others = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(expected[i] - actual[i]);
      if (space instanceof Space.Box box && !box.dtype().isIntegral()) {
        int j = i % box.size();
        double scale = Math.max(1, box.high(j) - box.low(j));
        if (difference > TOLERANCE * scale) {
          assertThat(actual[i]).as("number %d", i).isEqualTo(expected[i]);
        }
      } else if (difference != 0) {
        others++;
      }
    }
    assertThat(others).isLessThanOrEqualTo(expected.length / 50_000);
  }

  /** Masks of all discrete parts, and an output for each part. */
  @Test
  void masksAndPartsActAsTheTrainer() throws IOException, OrtException {
    List<Space> parts =
        List.of(new Space.Discrete(4, -1), BOX, CHOICES, new Space.MultiBinary(3), INTEGERS);
    Space actions = new Space.Tuple(parts);
    Case test = new Case(FLOATS, actions);
    EnvSpec env = test.env().withMasksActions(true);
    NetworkSpec spec = PolicyNetwork.spec(env, test.config());
    int rows = 2000;
    Random random = new Random(5);
    double[] observations = observations(FLOATS, rows, random);
    boolean[][] valid = new boolean[rows][actions.maskSize()];
    byte[] masks = new byte[rows * actions.maskSize()];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = (byte) random.nextInt(2);
      // The last flag of each choice and bit, so that none is without a valid value.
      masks[i] |=
          (byte) (List.of(3, 5, 8, 13, 15, 17, 19).contains(i % actions.maskSize()) ? 1 : 0);
      valid[i / actions.maskSize()][i % actions.maskSize()] = masks[i] == 1;
    }
    double[] expected = new double[rows * actions.size()];
    Path file = folder.resolve("policy.onnx");
    try (TrainedPolicy policy =
        new TrainedPolicy(
            env, test.config(), ActorCritics.create(Engine.SIMD, spec), state(test, spec))) {
      OnnxExport.write(file, policy);
      policy.act(observations, masks, rows, expected);
    }
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions();
        OrtSession session = session(runtime, file, options);
        OnnxTensor input = tensor(runtime, FLOATS, observations);
        OnnxTensor mask = OnnxTensor.createTensor(runtime, valid);
        OrtSession.Result result = session.run(Map.of("observation", input, "action_mask", mask))) {
      int others = 0;
      int first = 0;
      for (int part = 0; part < parts.size(); part++) {
        Space leaf = parts.get(part);
        OnnxTensor action = (OnnxTensor) result.get("action_" + part).orElseThrow();
        double[] actual = numbers(action, rows * leaf.size());
        for (int i = 0; i < actual.length; i++) {
          int row = i / leaf.size();
          int number = row * actions.size() + first + i % leaf.size();
          others += Math.abs(actual[i] - expected[number]) > 2 * TOLERANCE * 5 ? 1 : 0;
        }
        first += leaf.size();
      }
      assertThat(others).isLessThan(3); // where two outputs are nearly the same
    }
  }

  @Test
  void saysWhatItIs() throws IOException, OrtException {
    Path file = folder.resolve("policy.onnx");
    try (TrainedPolicy policy = policy(new Case(FLOATS, BOX))) {
      OnnxExport.write(file, policy);
    }
    OrtEnvironment runtime = OrtEnvironment.getEnvironment();
    try (SessionOptions options = new SessionOptions();
        OrtSession session = session(runtime, file, options)) {
      Map<String, String> notes = session.getMetadata().getCustomMetadata();
      assertThat(notes)
          .containsEntry("environment", "Test-v0")
          .containsEntry("action_head", "gaussian")
          .containsEntry("action_bounds", "clip")
          .containsKeys("observation_space", "action_space");
      assertThat(session.getMetadata().getProducerName()).isEqualTo("ppo4j");
    }
  }

  @Test
  void aNetworkOfAnUnknownClassIsRefused() {
    Case test = new Case(FLOATS, BOX);
    Path file = folder.resolve("policy.onnx");
    ActorCritic network =
        ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(test.env(), test.config()));
    ActorCritic own =
        (ActorCritic)
            Proxy.newProxyInstance(
                ActorCritic.class.getClassLoader(),
                new Class<?>[] {ActorCritic.class},
                (proxy, method, args) ->
                    method.getName().equals("shape")
                        ? new OtherShape(network.shape())
                        : method.invoke(network, args));
    try (TrainedPolicy policy =
        new TrainedPolicy(
            test.env(), test.config(), own, state(test, (NetworkSpec) network.shape()))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> OnnxExport.write(file, policy))
          .withMessage(
              "a network of %s cannot be exported as ONNX, because it is not one of the engines';"
                  + " its checkpoint runs with TrainedPolicy",
              own.getClass().getName());
    }
    assertThat(file).doesNotExist();
  }

  /** The shape of a network that is not an MLP. */
  private record OtherShape(
      int inputs, int policyOutputs, int logStdSize, int logStdOffset, int parameterCount)
      implements NetworkShape {

    OtherShape(NetworkShape shape) {
      this(
          shape.inputs(),
          shape.policyOutputs(),
          shape.logStdSize(),
          shape.logStdOffset(),
          shape.parameterCount());
    }

    @Override
    public String describe(int index) {
      return "parameter " + index;
    }
  }

  private static OrtSession session(OrtEnvironment runtime, Path file, SessionOptions options)
      throws OrtException {
    options.setIntraOpNumThreads(1);
    return runtime.createSession(file.toString(), options);
  }

  private static float[] outputs(TrainedPolicy policy, double[] observations) {
    float[] features = new float[ROWS * policy.transform().features()];
    policy.transform().apply(observations, ROWS, features);
    int all = policy.network().shape().policyOutputs();
    int head = ((NetworkSpec) policy.network().shape()).headOutputs();
    float[] outputs = new float[ROWS * all];
    policy.network().policy(features, ROWS, outputs);
    float[] heads = new float[ROWS * head];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(outputs, row * all, heads, row * head, head);
    }
    return heads;
  }

  private static TrainedPolicy policy(Case test) {
    NetworkSpec spec = PolicyNetwork.spec(test.env(), test.config());
    return new TrainedPolicy(
        test.env(), test.config(), ActorCritics.create(Engine.SIMD, spec), state(test, spec));
  }

  /** Parameters of a fresh network with a head that counts, and statistics that do. */
  private static TrainingState state(Case test, NetworkSpec spec) {
    TrainingState state = new TrainingState();
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 1.0, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      state.put("network/parameters", network.parameters());
    }
    boolean numbers =
        test.observations instanceof Space.Box || test.observations instanceof Space.MultiBinary;
    if (test.normalises && numbers) {
      for (int i = 0; i < 8; i++) {
        RunningMeanStd statistics = new RunningMeanStd(spec.inputs());
        statistics.update(observations(test.observations, 1000, new Random(7 + i)), 0, 1000);
        statistics.save(state, "observations/" + i);
      }
    }
    return state;
  }

  private static double[] observations(Space space, int rows, Random random) {
    double[] observations = new double[rows * space.size()];
    for (int i = 0; i < observations.length; i++) {
      int component = i % space.size();
      observations[i] =
          switch (space) {
            case Space.Box box when box.dtype().isIntegral() -> random.nextInt(256);
            case Space.Box _ -> (float) (component - 3 + (1 + component) * random.nextGaussian());
            case Space.Discrete discrete -> discrete.start() + random.nextInt(discrete.n());
            case Space.MultiDiscrete choices ->
                choices.start(component) + random.nextInt(choices.nvec(component));
            case Space.MultiBinary _ -> random.nextInt(2);
            case Space.Tuple _ -> throw new IllegalStateException("not among the cases");
          };
    }
    return observations;
  }

  /** Returns a tensor of what Gymnasium gives. */
  private static OnnxTensor tensor(OrtEnvironment runtime, Space space, double[] values)
      throws OrtException {
    long[] shape = dimensions(values.length / space.size(), space);
    DType dtype =
        switch (space) {
          case Space.Box box -> box.dtype();
          case Space.Discrete _, Space.MultiDiscrete _ -> DType.INT64;
          case Space.MultiBinary _ -> DType.INT8;
          case Space.Tuple _ -> throw new IllegalStateException("not among the cases");
        };
    return switch (dtype) {
      case FLOAT64 -> OnnxTensor.createTensor(runtime, DoubleBuffer.wrap(values), shape);
      case INT64 -> {
        long[] integers = new long[values.length];
        IntStream.range(0, values.length).forEach(i -> integers[i] = (long) values[i]);
        yield OnnxTensor.createTensor(runtime, LongBuffer.wrap(integers), shape);
      }
      case FLOAT32 -> {
        float[] floats = new float[values.length];
        IntStream.range(0, values.length).forEach(i -> floats[i] = (float) values[i]);
        yield OnnxTensor.createTensor(runtime, FloatBuffer.wrap(floats), shape);
      }
      default -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect(values.length).order(ByteOrder.nativeOrder());
        IntStream.range(0, values.length).forEach(i -> bytes.put(i, (byte) values[i]));
        yield OnnxTensor.createTensor(
            runtime, bytes, shape, dtype == DType.UINT8 ? OnnxJavaType.UINT8 : OnnxJavaType.INT8);
      }
    };
  }

  private static double[] numbers(OnnxTensor tensor, int length) {
    double[] numbers = new double[length];
    switch (tensor.getInfo().type) {
      case FLOAT -> {
        FloatBuffer floats = tensor.getFloatBuffer();
        IntStream.range(0, length).forEach(i -> numbers[i] = floats.get(i));
      }
      case INT64 -> {
        LongBuffer integers = tensor.getLongBuffer();
        IntStream.range(0, length).forEach(i -> numbers[i] = integers.get(i));
      }
      default -> {
        ByteBuffer bytes = tensor.getByteBuffer();
        IntStream.range(0, length).forEach(i -> numbers[i] = bytes.get(i));
      }
    }
    return numbers;
  }

  private static long[] shape(ValueInfo info) {
    return ((TensorInfo) info).getShape();
  }

  private static long[] dimensions(long rows, Space space) {
    int[] shape =
        switch (space) {
          case Space.Box box -> box.shape();
          case Space.Discrete _ -> new int[0];
          case Space.MultiDiscrete _, Space.MultiBinary _, Space.Tuple _ ->
              new int[] {space.size()};
        };
    return LongStream.concat(LongStream.of(rows), IntStream.of(shape).asLongStream()).toArray();
  }

  private static double[] fill(int size, double value) {
    double[] values = new double[size];
    Arrays.fill(values, value);
    return values;
  }
}
