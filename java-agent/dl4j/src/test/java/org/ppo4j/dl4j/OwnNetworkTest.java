package org.ppo4j.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.dl4j.example.Catch;
import org.ppo4j.env.Envs;

/** The networks of {@code docs/networks.md}, trained, saved, resumed and run from Java. */
class OwnNetworkTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\\n(import .*?public class (\\w+) .*?)```", Pattern.DOTALL);

  private static final NetworkSpec THREE_TO_TWO =
      new NetworkSpec(3, List.of(), Activation.TANH, 2, 1);

  @TempDir private static Path classes;
  @TempDir private Path folder;

  /** Compiles the page's programs and lets the context class loader find them. */
  @BeforeAll
  static void compile() throws IOException {
    Envs.register("Catch-v0", 10, _ -> new Catch());
    List<String> args =
        new ArrayList<>(
            List.of("-cp", System.getProperty("java.class.path"), "-d", classes.toString()));
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../docs/networks.md")));
    while (program.find()) {
      Path source = classes.resolve(program.group(2) + ".java");
      args.add(Files.writeString(source, program.group(1)).toString());
    }
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, args.toArray(String[]::new));
    assertThat(compiled).isZero();
    Thread thread = Thread.currentThread();
    thread.setContextClassLoader(
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, OwnNetworkTest.class.getClassLoader()));
  }

  @AfterAll
  static void forgetClasses() throws IOException {
    Thread thread = Thread.currentThread();
    ((URLClassLoader) thread.getContextClassLoader()).close();
    thread.setContextClassLoader(OwnNetworkTest.class.getClassLoader());
  }

  @ParameterizedTest
  @CsvSource({
    "ResidualNetwork, CartPole-v1, false",
    "ResidualNetwork, Pendulum-v1, true",
    "PixelNetwork, Catch-v0, false",
    "QuadraticNetwork, CartPole-v1, false",
    "QuadraticNetwork, Pendulum-v1, true",
  })
  void aResumedTrainingIsThatOfNeverStopping(String name, String env, boolean normalizes) {
    Path whole = folder.resolve("whole.zip");
    Path resumed = folder.resolve("resumed.zip");
    try (Training training = training(name, env, normalizes).build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      training.save(whole);
    }
    try (Training training =
        training(name, env, normalizes)
            .onIteration(
                (running, iteration) -> {
                  if (iteration.number() == 2) {
                    running.stop();
                  }
                })
            .build()) {
      assertThat(training.run()).isEqualTo(Outcome.STOPPED);
      training.save(resumed);
    }
    assertThat(Checkpoint.read(resumed).run().network()).isEqualTo(name);
    try (Training training = Training.resume(resumed).build()) {
      assertThat(training.globalStep()).isEqualTo(128);
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      training.save(resumed);
      assertActsAlike(training, resumed);
    }
    assertThat(Checkpoint.read(resumed).state().arrays())
        .usingRecursiveComparison()
        .isEqualTo(Checkpoint.read(whole).state().arrays());
  }

  private static void assertActsAlike(Training training, Path file) {
    Random random = new Random(3);
    try (TrainedPolicy trained = training.policy();
        TrainedPolicy loaded = TrainedPolicy.load(file)) {
      for (int i = 0; i < 20; i++) {
        double[] observation =
            random.doubles(trained.env().observationSpace().size(), -2, 2).toArray();
        assertThat(loaded.act(observation)).containsExactly(trained.act(observation));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ResidualNetwork, CartPole-v1", "PixelNetwork, Catch-v0"})
  void theSeedOfTheTrainingDrawsTheWeights(String names) {
    String[] name = names.split(", ");
    float[] weights = initial(name[0], name[1], 1);
    assertThat(initial(name[0], name[1], 1)).containsExactly(weights);
    assertThat(initial(name[0], name[1], 2)).isNotEqualTo(weights);
  }

  private static float[] initial(String name, String env, long seed) {
    try (Training training = training(name, env, false).seed(seed).build();
        TrainedPolicy policy = training.policy()) {
      return policy.network().parameters().clone();
    }
  }

  /** The graph's order of parameters is not the actor's first. */
  @Test
  void aRateOfTheCriticIsRefused() {
    TrainingBuilder builder =
        training("ResidualNetwork", "CartPole-v1", false).config(c -> c.criticLearningRate(0.01));
    assertThatIllegalArgumentException()
        .isThrownBy(builder::build)
        .withMessage(
            "criticLearningRate needs networks whose first parameters are the actor's (MLPs, or ActorTangents), which Dl4jActorCritic does not offer; leave it 0");
  }

  @Test
  void convolutionsLearnFromPixels() {
    try (Training training =
        Training.on("Catch-v0")
            .network(ActorCritics.factory("PixelNetwork"))
            .config(c -> c.totalTimesteps(8192).numSteps(64).learningRate(3e-3))
            .build()) {
      training.run();
      assertThat(training.returns().mean()).isGreaterThan(0.8); // -0.4 by chance
    }
  }

  @Test
  void quadraticNetworksLearn() {
    try (Training training =
        Training.on("CartPole-v1")
            .network(ActorCritics.factory("QuadraticNetwork"))
            .config(c -> c.totalTimesteps(50_000).learningRate(1e-2))
            .build()) {
      training.run();
      assertThat(training.returns().mean()).isGreaterThan(150); // 22 by chance
    }
  }

  @Test
  void quadraticNetworksHaveTheGradientsOfFiniteDifferences() {
    try (ActorCritic network =
        ActorCritics.create(ActorCritics.factory("QuadraticNetwork"), THREE_TO_TWO, 1)) {
      Random random = new Random(4);
      float[] inputs = {0.5f, -1, 2, 1.5f, 0.25f, -0.75f};
      float[] policyGradients = {1, -2, 0.5f, 3};
      float[] valueGradients = {-1, 2};
      for (int i = 0; i < network.parameters().length; i++) {
        network.parameters()[i] = random.nextFloat();
      }
      network.backward(inputs, 2, policyGradients, valueGradients);
      for (int i = 0; i < network.shape().logStdOffset(); i++) {
        float gradient = network.gradients()[i];
        double before = loss(network, inputs, policyGradients, valueGradients);
        network.parameters()[i] += 1; // the outputs are linear in the parameters
        double after = loss(network, inputs, policyGradients, valueGradients);
        assertThat(after - before).isCloseTo(gradient, within(1e-4));
      }
    }
  }

  private static double loss(
      ActorCritic network, float[] inputs, float[] policyGradients, float[] valueGradients) {
    float[] policy = new float[4];
    float[] values = new float[2];
    network.forward(inputs, 2, policy, values);
    double sum = 0;
    for (int i = 0; i < policy.length; i++) {
      sum += (double) policy[i] * policyGradients[i];
    }
    return sum + (double) values[0] * valueGradients[0] + (double) values[1] * valueGradients[1];
  }

  /** Its outputs are in the order of the argument; a batch normalisation is before them. */
  private static NetworkFactory normalizing(String... outputs) {
    return new Dl4jNetwork() {
      @Override
      protected ComputationGraphConfiguration configuration(NetworkSpec spec) {
        return new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("observation")
            .setInputTypes(InputType.feedForward(spec.inputs()))
            .addLayer("normal", new BatchNormalization(), "observation")
            .addLayer("policy", policyHead(spec), "normal")
            .addLayer("value", valueHead(), "normal")
            .setOutputs(outputs)
            .build();
      }
    };
  }

  @Test
  void refusesGraphsThatCannotBeTrained() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActorCritics.create(normalizing("value", "policy"), THREE_TO_TWO, 1))
        .withMessageEndingWith(
            " cannot make its networks: the graph's outputs must be policy and value, in this"
                + " order, but are [value, policy]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActorCritics.create(normalizing("policy", "value"), THREE_TO_TWO, 1))
        .withMessageEndingWith(
            "the layer normal is a batch normalisation, whose statistics PPO cannot train; leave it"
                + " out");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ActorCritics.create(ActorCritics.factory("PixelNetwork"), THREE_TO_TWO, 1))
        .withMessageStartingWith("PixelNetwork cannot make its networks: ");
  }

  @Test
  void refusesNetworksWhoseParametersDoNotFitTheirShape() {
    NetworkFactory liar =
        (spec, threads) -> {
          ActorCritic network = ActorCritics.factory("QuadraticNetwork").create(spec, threads);
          return (ActorCritic)
              Proxy.newProxyInstance(
                  ActorCritic.class.getClassLoader(),
                  new Class<?>[] {ActorCritic.class},
                  (proxy, method, args) ->
                      method.getName().equals("shape") ? spec : method.invoke(network, args));
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActorCritics.create(liar, THREE_TO_TWO, 1))
        .withMessageEndingWith(
            "made a network of 22 parameters and 22 gradients, but by its shape() it has 13 of each");
  }

  /** Returns a training of four iterations. */
  private static TrainingBuilder training(String name, String env, boolean normalizes) {
    return Training.on(env)
        .network(ActorCritics.factory(name))
        .preset(null)
        .config(
            c ->
                c.totalTimesteps(256)
                    .numEnvs(2)
                    .numSteps(32)
                    .numMinibatches(2)
                    .normObs(normalizes));
  }
}
