package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.ImageRecording;
import org.ppo4j.agent.network.Memory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.network.Rows;
import org.ppo4j.agent.normalize.ImageReader;
import org.ppo4j.agent.policy.ImageCase;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** DL4J's convolutions compute what PyTorch's and the fast engine's do, also if exported. */
class Dl4jImageTest {
  private static final int ROWS = 20;

  /** The case that DL4J has no layers for. */
  private static final String GRU = "gru behind impala";

  /** Relative to an output, or to the root mean square; measured: 2.5e-5 with IMPALA. */
  private static final double TOLERANCE = 8e-5;

  @TempDir private Path folder;

  static List<ImageRecording> recordings() throws IOException {
    return ImageRecording.all();
  }

  static Stream<ImageCase> exported() {
    return ImageCase.all().filter(test -> test.criticOnly() == 0 && !test.name().equals(GRU));
  }

  @ParameterizedTest
  @MethodSource("recordings")
  void forwardAndBackwardAgreeWithPytorch(ImageRecording recording) {
    try (ActorCritic network = ActorCritics.create(Engine.DL4J, recording.spec())) {
      recording.load(network);
      ImageRecording.Pass pass = recording.run(network);
      recording.assertAgrees(pass);
      float[] inputs = recording.golden().floats("inputs");
      float[] values = new float[recording.rows()];
      network.values(inputs, recording.rows(), values);
      assertThat(values).isEqualTo(pass.values());
      assertThat(recording.run(network).gradients()).isEqualTo(pass.gradients());
    }
  }

  @Test
  void initialisesAsTheFastEngine() {
    ImageInput image = new ImageInput(40, 40, 3, false, true, Cnn.NATURE);
    NetworkSpec spec = new NetworkSpec(0, List.of(image), List.of(16), Activation.RELU, 4, 0);
    assertThat(initialized(Engine.DL4J, spec)).isEqualTo(initialized(Engine.SIMD, spec));
  }

  private static float[] initialized(Engine engine, NetworkSpec spec) {
    try (ActorCritic network = ActorCritics.create(engine, spec)) {
      OrthogonalInit.initialize(network, 0.01, 0, RandomSource.XO_SHI_RO_256_PP.create(1));
      return network.parameters().clone();
    }
  }

  /** Step by step: those with LSTM layers remember the steps before. */
  @ParameterizedTest
  @MethodSource("exported")
  void exportedGraphsComputeWhatTheTrainerDoes(ImageCase test) throws IOException {
    Path file = folder.resolve("policy.zip");
    Random random = new Random(5);
    NetworkSpec spec = test.network();
    float[] policy = new float[ROWS * spec.policyOutputs()];
    float[] values = new float[ROWS];
    try (TrainedPolicy trained = test.policy()) {
      PolicyExport.write(file, trained);
      ComputationGraph graph = ComputationGraph.load(file.toFile(), false);
      ImageReader reader = new ImageReader(spec, test.observations());
      byte[] images = new byte[ROWS * reader.size()];
      float[] features = new float[ROWS * spec.inputs()];
      Memory memory = new Memory(ROWS, ROWS, spec.stateSize());
      trained.network().memory(memory);
      for (int step = 0; step < 3; step++) {
        double[] observations = test.drawObservations(ROWS, random);
        reader.read(observations, 0, ROWS, images, 0);
        trained.transform().apply(observations, ROWS, features);
        trained.network().images(images);
        trained.network().forward(features, ROWS, policy, values);
        memory.advance();
        INDArray input = Nd4j.create(rows(images, raw(test, trained, observations)));
        INDArray[] outputs = graph.rnnTimeStep(input);
        float[] head = Rows.first(policy, ROWS, spec.headOutputs());
        assertClose(outputs[0].dup('c').reshape(head.length).toFloatVector(), head);
        assertClose(outputs[1].dup('c').reshape(values.length).toFloatVector(), values);
      }
      graph.close();
    }
  }

  /** Returns the features before they are normalised, {@code [ROWS][inputs]}. */
  private static float[][] raw(ImageCase test, TrainedPolicy trained, double[] observations) {
    ImageCase plain =
        new ImageCase(
            test.name(),
            test.observations(),
            test.actions(),
            test.masks(),
            0,
            c -> {
              test.settings().accept(c);
              c.normObs(false);
            });
    int size = trained.transform().features();
    float[] flat = new float[ROWS * size];
    try (TrainedPolicy policy = plain.policy()) {
      policy.transform().apply(observations, ROWS, flat);
    }
    float[][] rows = new float[ROWS][size];
    for (int row = 0; row < ROWS; row++) {
      System.arraycopy(flat, row * size, rows[row], 0, size);
    }
    return rows;
  }

  /** Returns rows of images and features. */
  private static float[][] rows(byte[] images, float[][] features) {
    int bytes = images.length / ROWS;
    float[][] rows = new float[ROWS][bytes + features[0].length];
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < bytes; i++) {
        rows[row][i] = images[row * bytes + i] & 0xFF;
      }
      System.arraycopy(features[row], 0, rows[row], bytes, features[row].length);
    }
    return rows;
  }

  @Test
  void whatAGraphCannotHoldIsRefused() throws IOException {
    ImageCase memory = named(GRU);
    ImageCase critic = named("critic alone sees the last");
    Path file = folder.resolve("policy.zip");
    try (TrainedPolicy remembering = memory.policy();
        TrainedPolicy seeingLess = critic.policy()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PolicyExport.write(file, remembering))
          .withMessage(
              "a policy with GRU layers cannot be exported as a DL4J model, because DL4J has none;"
                  + " export it as ONNX (--onnx) or for org.ppo4j.policy (--policy)");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PolicyExport.write(file, seeingLess))
          .withMessage(
              "a policy whose critic sees more than it does cannot be exported as a DL4J model;"
                  + " export it with --onnx or --policy, which hold the actor alone");
    }
    assertThat(file).doesNotExist();
  }

  private static ImageCase named(String name) {
    return ImageCase.all().filter(test -> test.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aPolicyActsOnEitherEngine() {
    ImageCase test =
        new ImageCase(
            "", ImageCase.image(DType.UINT8, 40, 37, 3), c -> c.cnn(Cnn.parse("8x8s4,8x3s1")));
    double[] observations = test.drawObservations(ROWS, new Random(5));
    double[] expected = new double[ROWS * test.actions().size()];
    double[] actual = new double[expected.length];
    try (TrainedPolicy simd = test.policy(Engine.SIMD);
        TrainedPolicy dl4j = test.policy(Engine.DL4J)) {
      simd.act(observations, ROWS, expected);
      dl4j.act(observations, ROWS, actual);
    }
    float[] floats = new float[actual.length];
    float[] others = new float[actual.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) actual[i];
      others[i] = (float) expected[i];
    }
    assertClose(floats, others);
  }

  /** Steps of a training, saved, resumed and read as a policy. */
  @Test
  void trainingsOnImagesAreResumed() {
    Envs.register("test/Bright-v0", 5, kwargs -> new Bright());
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(bright(), whole);
    train(
        bright()
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 2) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);
    float[] parameters = Checkpoint.read(whole).state().floats("network/parameters");
    assertThat(Checkpoint.read(resumed).state().floats("network/parameters")).isEqualTo(parameters);
    assertThat(Checkpoint.read(half).state().floats("network/parameters")).isNotEqualTo(parameters);
    try (TrainedPolicy policy = TrainedPolicy.load(resumed)) {
      assertThat(policy.act(new double[12 * 12])).hasSize(1);
    }
  }

  private static TrainingBuilder bright() {
    return Training.on("test/Bright-v0")
        .engine(Engine.DL4J)
        .seed(3)
        .preset(null)
        .config(
            c ->
                c.numEnvs(4)
                    .numSteps(8)
                    .numMinibatches(2)
                    .cnn(Cnn.parse("4x4s2,4x3s1"))
                    .totalTimesteps(4 * 32));
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }

  /** An image of bytes that is bright or dark; the action is to name which. */
  private static final class Bright extends ArrayDynamics {
    Bright() {
      super(ImageCase.image(DType.UINT8, 1, 12, 12), new Space.Discrete(2));
    }

    @Override
    public void reset(NumpyRandom random) {
      int least = random.uniform(0, 1) < 0.5 ? 0 : 128;
      for (int i = 0; i < state.length; i++) {
        state[i] = least + i % 100;
      }
    }

    @Override
    public double step(double[] actions, int offset) {
      return (actions[offset] == 1) == state[0] >= 128 ? 1 : 0;
    }
  }

  /** Compares with a bound relative to the root mean square, or to the element if greater. */
  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double squares = 0;
    for (float each : expected) {
      squares += each * each;
    }
    double scale = Math.sqrt(squares / expected.length);
    assertThat(scale).isPositive();
    for (int i = 0; i < expected.length; i++) {
      double error = Math.abs(actual[i] - expected[i]) / Math.max(scale, Math.abs(expected[i]));
      assertThat(error)
          .as("element %d, %s but expected %s", i, actual[i], expected[i])
          .isLessThan(TOLERANCE);
    }
  }
}
