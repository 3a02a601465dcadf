package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.zip.ZipFile;
import org.apache.commons.rng.UniformRandomProvider;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.factory.Nd4j;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.action.OwnDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** An exported policy acts in a program with DL4J alone as it does in the trainer. */
class PolicyExportTest {
  private static final int ROWS = 50;
  private static final Space OBSERVATIONS =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 4, DType.FLOAT64);

  /** The third is large compared with its deviation, where {@code w * x + b} is not accurate. */
  private static final double[] MEAN = {0, -2.5, 1234.5678, 1e-3};

  private static final double[] VARIANCE = {1, 0.25, 1e-4, 1e-8};

  @TempDir Path folder;

  @Test
  void actsAlikeWithDl4jAlone() throws Exception {
    EnvSpec discrete = env(new Space.Discrete(3));
    EnvSpec continuous = env(Space.Box.of(-0.3, 0.3, 2, DType.FLOAT32));
    double[] observations = observations();
    Path rows = folder.resolve("observations.txt");
    Files.writeString(rows, text(observations));
    Path discreteModel = folder.resolve("discrete.zip");
    Path continuousModel = folder.resolve("continuous.zip");
    Path graphModel = folder.resolve("graph.zip");
    Path normalizedGraphModel = folder.resolve("normalized-graph.zip");
    Path unboundedModel = folder.resolve("unbounded.zip");
    Path unboundedGraphModel = folder.resolve("unbounded-graph.zip");
    try (TrainedPolicy chooser = policy(discrete, false, Engine.SIMD);
        TrainedPolicy mover = policy(continuous, true, Engine.SIMD);
        TrainedPolicy graph = policy(discrete, false, new Convolutions());
        TrainedPolicy normalizedGraph = policy(continuous, true, new Convolutions());
        TrainedPolicy unbounded =
            unbounded(
                continuous, (spec, threads) -> ActorCritics.create(Engine.SIMD, spec, threads));
        TrainedPolicy unboundedGraph = unbounded(continuous, new Convolutions())) {
      PolicyExport.write(discreteModel, chooser);
      PolicyExport.write(continuousModel, mover);
      PolicyExport.write(graphModel, graph);
      PolicyExport.write(normalizedGraphModel, normalizedGraph);
      PolicyExport.write(unboundedModel, unbounded);
      PolicyExport.write(unboundedGraphModel, unboundedGraph);

      List<double[]> outputs =
          runModels(
              discreteModel,
              rows,
              continuousModel,
              rows,
              graphModel,
              rows,
              normalizedGraphModel,
              rows,
              unboundedModel,
              rows,
              unboundedGraphModel,
              rows);

      assertThat(outputs).hasSize(6 * ROWS);
      assertOutputs(chooser, observations, outputs.subList(0, ROWS));
      assertOutputs(mover, observations, outputs.subList(ROWS, 2 * ROWS));
      assertOutputs(graph, observations, outputs.subList(2 * ROWS, 3 * ROWS));
      assertOutputs(normalizedGraph, observations, outputs.subList(3 * ROWS, 4 * ROWS));
      assertOutputs(unbounded, observations, outputs.subList(4 * ROWS, 5 * ROWS));
      assertOutputs(unboundedGraph, observations, outputs.subList(5 * ROWS, 6 * ROWS));
      double[] choices = new double[ROWS];
      double[] moves = new double[ROWS * 2];
      chooser.act(observations, ROWS, choices);
      mover.act(observations, ROWS, moves);
      for (int row = 0; row < ROWS; row++) {
        double[] logits = Arrays.copyOf(outputs.get(row), 3);
        assertThat(logits[(int) choices[row]]).isEqualTo(Arrays.stream(logits).max().orElseThrow());
        for (int i = 0; i < 2; i++) {
          double mean = outputs.get(ROWS + row)[i];
          assertThat(moves[2 * row + i]).isCloseTo(Math.clamp(mean, -0.3, 0.3), within(2e-5));
        }
      }
    }
  }

  /** A graph with convolutions, a sum, and a layer of the name that a normaliser's layer has. */
  private static final class Convolutions extends Dl4jNetwork {
    @Override
    protected ComputationGraphConfiguration configuration(NetworkSpec spec) {
      return new NeuralNetConfiguration.Builder()
          .activation(Activation.TANH)
          .graphBuilder()
          .addInputs("image")
          .setInputTypes(InputType.convolutionalFlat(2, 2, 1))
          .addLayer("filters", new ConvolutionLayer.Builder(2, 1).nOut(3).build(), "image")
          .addLayer("centered", new DenseLayer.Builder().nOut(5).build(), "filters")
          .addLayer("block", new DenseLayer.Builder().nOut(5).build(), "centered")
          .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "centered", "block")
          .addLayer("policy", policyHead(spec), "sum")
          .addLayer("value", valueHead(), "sum")
          .setOutputs("policy", "value")
          .build();
    }
  }

  @Test
  void refusesNetworksOfNeitherKind() {
    Path model = folder.resolve("model.zip");
    EnvSpec env = env(new Space.Discrete(3));
    NetworkFactory wrapper = (spec, threads) -> wrapped(new Convolutions().create(spec, threads));
    try (TrainedPolicy policy = policy(env, false, wrapper)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> PolicyExport.write(model, policy))
          .withMessageMatching(
              "a network of .+ cannot be exported, because it is neither an MLP nor a DL4J graph;"
                  + " its checkpoint runs with TrainedPolicy");
    }
    assertThat(model).doesNotExist();
  }

  /** Networks of factories and of the engine dl4j have no latent features. */
  @Test
  void stateDependentExplorationNeedsTheEnginesMlps() {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, Space.Box.of(-1, 1, 2, DType.FLOAT32))
            .with(c -> c.actionHead(ActionHead.GSDE));
    NetworkSpec spec = PolicyNetwork.spec(env(Space.Box.of(-1, 1, 2, DType.FLOAT32)), config);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActorCritics.create(new Convolutions(), spec, 1))
        .withMessage(
            "actionHead GSDE needs the last hidden layer of the networks, which %s does not give;"
                + " use the engine simd and its networks, or another actionHead",
            Convolutions.class.getName());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActorCritics.create(Engine.DL4J, spec))
        .withMessageContaining("which the engine dl4j does not give");
  }

  /** Returns an {@link ActorCritic} of a class that nobody knows, which calls {@code network}. */
  private static ActorCritic wrapped(ActorCritic network) {
    return (ActorCritic)
        Proxy.newProxyInstance(
            ActorCritic.class.getClassLoader(),
            new Class<?>[] {ActorCritic.class},
            (proxy, method, args) -> method.invoke(network, args));
  }

  @Test
  void notesTellHowToAct() throws IOException {
    Path model = folder.resolve("model.zip");
    EnvSpec env = env(Space.Box.of(-1, 1, 2, DType.FLOAT32));
    try (TrainedPolicy policy = policy(env, true, Engine.SIMD)) {
      PolicyExport.write(model, policy);
      int logStd = policy.network().shape().logStdOffset();
      JsonNode notes;
      try (ZipFile zip = new ZipFile(model.toFile())) {
        notes = Json.MAPPER.readTree(zip.getInputStream(zip.getEntry(PolicyExport.NOTES)));
      }
      assertThat(notes.required("environment").asText()).isEqualTo("Test-v0");
      assertThat(Json.MAPPER.treeToValue(notes.required("action_space"), Space.class))
          .isEqualTo(env.actionSpace());
      assertThat(notes.required("action_head").asText()).isEqualTo("gaussian");
      assertThat(notes.required("log_std").get(1).floatValue())
          .isEqualTo(policy.network().parameters()[logStd + 1]);
    }
  }

  /** The graph's first output is the head's; latent features of gSDE are not in it. */
  @ParameterizedTest
  @EnumSource(ActionHead.class)
  void everyActionHeadIsExported(ActionHead head) throws IOException {
    Path model = folder.resolve("model.zip");
    EnvSpec env = env(Space.Box.of(-1, 1, 2, DType.FLOAT32));
    int logStds =
        switch (head) {
          case GAUSSIAN -> 2;
          case STATE_DEPENDENT_GAUSSIAN, BETA -> 0;
          case GSDE -> 2 * 8;
        };
    int outputs = head == ActionHead.GAUSSIAN || head == ActionHead.GSDE ? 2 : 4;
    NetworkFactory simd = (spec, threads) -> ActorCritics.create(Engine.SIMD, spec, threads);
    try (TrainedPolicy policy = policy(env, false, simd, head)) {
      PolicyExport.write(model, policy);
      JsonNode notes;
      try (ZipFile zip = new ZipFile(model.toFile())) {
        notes = Json.MAPPER.readTree(zip.getInputStream(zip.getEntry(PolicyExport.NOTES)));
      }
      assertThat(notes.required("action_head").asText())
          .isEqualTo(head.name().toLowerCase(Locale.ROOT));
      assertThat(notes.required("log_std")).hasSize(logStds);
      float[] observation = {0.5f, -1, 0.25f, 2};
      float[] expected = new float[policy.network().shape().policyOutputs()];
      policy.network().policy(observation, 1, expected);
      ComputationGraph graph = ComputationGraph.load(model.toFile(), false);
      float[] actual = graph.output(Nd4j.create(new float[][] {observation}))[0].toFloatVector();
      graph.close();
      assertThat(actual).hasSize(outputs);
      for (int i = 0; i < outputs; i++) {
        assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f));
      }
    }
  }

  /** The head that predicts values in PPG's auxiliary phases is not in the graph. */
  @Test
  void anAuxiliaryValueHeadIsLeftOut() throws IOException {
    Path model = folder.resolve("model.zip");
    NetworkSpec spec =
        new NetworkSpec(4, List.of(8), org.ppo4j.agent.network.Activation.TANH, 3, 0)
            .withAuxiliaryValue(true);
    float[] observation = {0.5f, -1, 0.25f, 2};
    float[] expected = new float[3];
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      Random random = new Random(2);
      for (int i = 0; i < network.parameters().length; i++) {
        network.parameters()[i] = (float) random.nextGaussian();
      }
      network.parametersChanged();
      network.policy(observation, 1, expected);
      Dl4jModel.write(model, spec, network.parameters(), null);
    }
    ComputationGraph graph = ComputationGraph.load(model.toFile(), false);
    float[] actual = graph.output(Nd4j.create(new float[][] {observation}))[0].toFloatVector();
    graph.close();
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f));
    }
  }

  private static void assertOutputs(
      TrainedPolicy policy, double[] observations, List<double[]> actual) {
    int outputs = policy.network().shape().policyOutputs();
    float[] features = new float[ROWS * policy.transform().features()];
    float[] expected = new float[ROWS * outputs];
    float[] values = new float[ROWS];
    policy.transform().apply(observations, ROWS, features);
    policy.network().forward(features, ROWS, expected, values);
    for (int row = 0; row < ROWS; row++) {
      for (int i = 0; i < outputs; i++) {
        assertThat(actual.get(row)[i]).isCloseTo(expected[row * outputs + i], within(2e-5));
      }
      assertThat(actual.get(row)[outputs]).isCloseTo(values[row], within(2e-5));
    }
  }

  /** Runs RunModel.java in a JVM with all libraries of this one and none of ppo4j's classes. */
  private static List<double[]> runModels(Path... arguments)
      throws IOException, InterruptedException, URISyntaxException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String libraries =
        Arrays.stream(classPath.split(File.pathSeparator))
            .filter(entry -> entry.endsWith(".jar"))
            .filter(entry -> !new File(entry).getName().startsWith("ppo4j"))
            .collect(Collectors.joining(File.pathSeparator));
    var program = PolicyExportTest.class.getResource("/dl4j/RunModel.java");
    assertThat(program).isNotNull();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", libraries, Path.of(program.toURI()).toString()));
    for (Path argument : arguments) {
      command.add(argument.toString());
    }
    Path errors = Files.createTempFile("RunModel", ".txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    List<String> lines = process.inputReader().readAllLines();
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    Files.delete(errors);
    return lines.stream()
        .filter(line -> line.matches("[-0-9.E ]+"))
        .map(line -> Arrays.stream(line.split(" ")).mapToDouble(Double::parseDouble).toArray())
        .toList();
  }

  private static EnvSpec env(Space actions) {
    return new EnvSpec("Test-v0", OBSERVATIONS, actions, 100, Map.of(), Map.of());
  }

  private static TrainedPolicy policy(EnvSpec env, boolean normalizes, Engine engine) {
    return policy(env, normalizes, (spec, threads) -> ActorCritics.create(engine, spec, threads));
  }

  private static TrainedPolicy policy(EnvSpec env, boolean normalizes, NetworkFactory factory) {
    return policy(env, normalizes, factory, ActionHead.GAUSSIAN);
  }

  /** Returns a policy whose normalised features have no bound. */
  private static TrainedPolicy unbounded(EnvSpec env, NetworkFactory factory) {
    return policy(env, true, factory, ActionHead.GAUSSIAN, Double.POSITIVE_INFINITY);
  }

  private static TrainedPolicy policy(
      EnvSpec env, boolean normalizes, NetworkFactory factory, ActionHead head) {
    return policy(env, normalizes, factory, head, 2);
  }

  /** Returns a policy of random parameters. */
  private static TrainedPolicy policy(
      EnvSpec env, boolean normalizes, NetworkFactory factory, ActionHead head, double clip) {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, env.actionSpace())
            .with(
                c ->
                    c.normObs(normalizes)
                        .clipObs(clip)
                        .hiddenSizes(List.of(16, 8))
                        .criticHiddenSizes(List.of(7))
                        .actionHead(head));
    ActorCritic network = factory.create(PolicyNetwork.spec(env, config), 1);
    Random random = new Random(11);
    float[] parameters = new float[network.shape().parameterCount()];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (0.4 * random.nextGaussian());
    }
    TrainingState state = new TrainingState();
    state.put("network/parameters", parameters);
    state.put("observations/0/mean", MEAN);
    state.put("observations/0/variance", VARIANCE);
    state.put("observations/0/count", new double[] {1e6});
    return new TrainedPolicy(env, config, network, state);
  }

  @Test
  void anOwnDistributionIsRefused(@TempDir Path folder) throws IOException {
    Path checkpoint = folder.resolve("own.zip");
    try (Training training =
        Training.on("CartPole-v1").actionDistribution(new Coin()).threads(1).build()) {
      training.save(checkpoint);
    }
    Path file = folder.resolve("model.zip");
    try (TrainedPolicy policy = TrainedPolicy.load(checkpoint)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> PolicyExport.write(file, policy))
          .withMessage(
              "a policy with the distribution of actions %s cannot be exported, because a DL4J model does not contain it; its checkpoint runs with TrainedPolicy"
                  .formatted(Coin.class.getName()));
    }
    assertThat(file).doesNotExist();
  }

  /** Ignores its output. */
  public static final class Coin extends OwnDistribution {
    @Override
    protected double sample(double output, UniformRandomProvider random) {
      return random.nextInt(2);
    }

    @Override
    protected double mode(double output) {
      return 0;
    }

    @Override
    protected double logProb(double output, double action) {
      return -Math.log(2);
    }

    @Override
    protected double logProbGradient(double output, double action) {
      return 0;
    }
  }

  /** Returns observations that are floats, some beyond two deviations: {@code [ROWS, 4]}. */
  private static double[] observations() {
    Random random = new Random(12);
    double[] observations = new double[ROWS * MEAN.length];
    for (int i = 0; i < observations.length; i++) {
      int j = i % MEAN.length;
      observations[i] = (float) (MEAN[j] + 1.5 * Math.sqrt(VARIANCE[j]) * random.nextGaussian());
    }
    return observations;
  }

  private static String text(double[] observations) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < observations.length; i++) {
      text.append((float) observations[i]).append((i + 1) % MEAN.length == 0 ? '\n' : ' ');
    }
    return text.toString();
  }
}
