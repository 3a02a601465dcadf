package org.ppo4j.agent.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.PpoConfig;
import org.ppo4j.agent.checkpoint.Json;
import org.ppo4j.agent.checkpoint.State;
import org.ppo4j.agent.kernel.Kernels;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.policy.ActionBounds;
import org.ppo4j.agent.rollout.ObservationNormalizer;
import org.ppo4j.agent.rollout.RunningMeanStd;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.policy.Policy;

/** {@link Policy} acts as the trainer's own policy does, to the bit. */
class PolicyEqualityTest {
  private static final int OBSERVATIONS = 100_000;
  private static final int CHUNK = 1000;

  private static final Space NUMBERS =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 17, DType.FLOAT64);
  private static final Space BOX =
      new Space.Box(
          new double[] {-1, 0, -0.4, -2, 0.1, -3},
          new double[] {1, 5, 0.4, 3, 0.3, -1},
          new int[] {6},
          DType.FLOAT32);
  private static final Space CHOICES =
      new Space.MultiDiscrete(new int[] {2, 3, 5}, new int[] {4, 0, -7});

  @TempDir private Path folder;

  record Case(
      Space observations,
      Space actions,
      ActionBounds bounds,
      Activation activation,
      boolean shared,
      boolean normalised,
      List<Integer> hidden) {

    Case(Space observations, Space actions, ActionBounds bounds) {
      this(observations, actions, bounds, Activation.TANH, false, true, List.of(64, 64));
    }

    PpoConfig config() {
      return PpoConfig.of(PpoConfig.Profile.DEFAULT, actions)
          .with("hiddenSizes", hidden)
          .with("activation", activation)
          .with("sharedTrunk", shared)
          .with("normObs", normalised)
          .with("actionBounds", bounds);
    }
  }

  /** Every kind of space and bounds; then all forms of networks on one of them. */
  static Stream<Case> cases() {
    ActionBounds clip = ActionBounds.CLIP;
    Stream<Case> spaces =
        Stream.of(
            new Case(NUMBERS, BOX, clip),
            new Case(NUMBERS, BOX, ActionBounds.SQUASH),
            new Case(NUMBERS, BOX, ActionBounds.NONE),
            new Case(NUMBERS, new Space.Discrete(4, -1), clip),
            new Case(NUMBERS, CHOICES, clip),
            new Case(NUMBERS, new Space.MultiBinary(5), clip),
            new Case(new Space.Discrete(12, 3), BOX, clip),
            new Case(CHOICES, BOX, ActionBounds.SQUASH),
            new Case(new Space.MultiBinary(9), new Space.Discrete(2), clip));
    List<Case> networks = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      for (boolean normalised : new boolean[] {false, true}) {
        for (boolean shared : new boolean[] {false, true}) {
          networks.add(
              new Case(
                  NUMBERS,
                  BOX,
                  ActionBounds.SQUASH,
                  activation,
                  shared,
                  normalised,
                  List.of(64, 64)));
        }
      }
      networks.add(new Case(NUMBERS, BOX, clip, activation, false, true, List.of(33, 7, 300)));
    }
    networks.add(new Case(NUMBERS, BOX, clip, Activation.TANH, false, false, List.of()));
    return Stream.concat(spaces, networks.stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainersPolicy(Case test) throws IOException {
    PpoConfig config = test.config();
    EnvSpec env = new EnvSpec("Test-v0", test.observations, test.actions, 0, Map.of(), Map.of());
    NetworkSpec spec = Ppo.networkSpec(env, config);
    State state = state(test, config, spec);
    Path file = folder.resolve("policy.zip");
    write(file, test, config, spec, state);
    Random random = new Random(5);
    int size = test.observations.size();
    int actionSize = test.actions.size();
    double[] expected = new double[CHUNK * actionSize];
    double[] batch = new double[CHUNK * actionSize];
    double[] observation = new double[size];
    double[] action = new double[actionSize];
    try (TrainedPolicy trained = new TrainedPolicy(env, config, Engine.SIMD, state);
        Policy policy = Policy.load(file)) {
      for (int chunk = 0; chunk < OBSERVATIONS / CHUNK; chunk++) {
        double[] observations = observations(test.observations, random);
        trained.act(observations, CHUNK, expected);
        policy.act(observations, CHUNK, batch);
        assertThat(Arrays.equals(batch, expected)).as("chunk %d as a batch", chunk).isTrue();
        for (int row = 0; row < CHUNK; row++) {
          System.arraycopy(observations, row * size, observation, 0, size);
          policy.act(observation, action);
          for (int i = 0; i < actionSize; i++) {
            if (bits(action[i]) != bits(expected[row * actionSize + i])) {
              assertThat(action[i])
                  .as("number %d of action %d", i, chunk * CHUNK + row)
                  .isEqualTo(expected[row * actionSize + i]);
            }
          }
        }
      }
    }
  }

  /** A network of one hidden unit whose output is that unit shows the policy's tanh. */
  @Test
  void theTanhIsTheTrainers() throws IOException {
    Space number = Space.Box.of(-1, 1, 1, DType.FLOAT32);
    Case test =
        new Case(number, number, ActionBounds.NONE, Activation.TANH, false, false, List.of(1));
    PpoConfig config = test.config();
    EnvSpec env = new EnvSpec("Test-v0", number, number, 0, Map.of(), Map.of());
    State state = new State();
    state.put("network/parameters", new float[] {1, 0, 1, 0, 0, 0, 0, 0, 0});
    Path file = folder.resolve("policy.zip");
    write(file, test, config, Ppo.networkSpec(env, config), state);
    Random random = new Random(6);
    float[] values = new float[1 << 20];
    for (int i = 0; i < values.length; i++) {
      float any = Float.intBitsToFloat(random.nextInt());
      values[i] = i % 2 == 0 && Float.isFinite(any) ? any : (float) (4 * random.nextGaussian());
    }
    double[] inputs = new double[values.length];
    Arrays.setAll(inputs, i -> values[i]);
    double[] outputs = new double[values.length];
    try (Policy policy = Policy.load(file)) {
      policy.act(inputs, inputs.length, outputs);
    }
    Kernels.best().tanh(values.length, values);
    for (int i = 0; i < values.length; i++) {
      if (outputs[i] != values[i]) {
        assertThat(outputs[i]).as("tanh(%s)", inputs[i]).isEqualTo(values[i]);
      }
    }
  }

  /** The parameters of a fresh network with a head that counts, and statistics that do. */
  private static State state(Case test, PpoConfig config, NetworkSpec spec) {
    State state = new State();
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      float[] parameters = network.parameters();
      Random random = new Random(4);
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] += (float) (0.3 * random.nextGaussian());
      }
      state.put("network/parameters", parameters);
    }
    if (test.normalised && !isChoice(test.observations)) {
      for (int i = 0; i < (config.normalizerPerEnv() ? config.numEnvs() : 1); i++) {
        RunningMeanStd statistics = new RunningMeanStd(spec.inputs());
        double[] rows = observations(test.observations, new Random(7 + i));
        statistics.update(rows, 0, CHUNK);
        statistics.save(state, "observations/" + i);
      }
    }
    return state;
  }

  /** Numbers of different sizes, zeros and denormals among them, or values of the space. */
  private static double[] observations(Space space, Random random) {
    double[] observations = new double[CHUNK * space.size()];
    for (int i = 0; i < observations.length; i++) {
      int component = i % space.size();
      observations[i] =
          switch (space) {
            case Space.Box _ ->
                switch (random.nextInt(40)) {
                  case 0 -> 0.0;
                  case 1 -> -0.0;
                  case 2 -> random.nextGaussian() * 1e-42;
                  case 3 -> random.nextGaussian() * 1000;
                  default -> component - 3 + (1 + component) * random.nextGaussian();
                };
            case Space.Discrete discrete -> discrete.start() + random.nextInt(discrete.n());
            case Space.MultiDiscrete choices ->
                choices.start()[component] + random.nextInt(choices.nvec()[component]);
            case Space.MultiBinary _ -> random.nextInt(2);
          };
    }
    return observations;
  }

  private static boolean isChoice(Space space) {
    return space instanceof Space.Discrete || space instanceof Space.MultiDiscrete;
  }

  private static long bits(double value) {
    return Double.doubleToRawLongBits(value);
  }

  /** Writes a file of format 4, as docs/file-format.md describes it. */
  private static void write(Path file, Case test, PpoConfig config, NetworkSpec spec, State state)
      throws IOException {
    Map<String, byte[]> arrays = new TreeMap<>();
    float[] parameters = state.floats("network/parameters");
    ByteBuffer bytes = littleEndian(parameters.length * Float.BYTES);
    bytes.asFloatBuffer().put(parameters);
    arrays.put("network/parameters", bytes.array());
    ObservationNormalizer normalizer = new ObservationNormalizer(test.observations, config);
    normalizer.restore(state);
    RunningMeanStd statistics = normalizer.frozen().statistics();
    if (statistics != null) {
      ByteBuffer mean = littleEndian(spec.inputs() * Double.BYTES);
      ByteBuffer variance = littleEndian(spec.inputs() * Double.BYTES);
      for (int i = 0; i < spec.inputs(); i++) {
        mean.putDouble(statistics.mean(i));
        variance.putDouble(statistics.variance(i));
      }
      arrays.put("policy/observation_mean", mean.array());
      arrays.put("policy/observation_variance", variance.array());
    }
    record Network(
        String type,
        int inputs,
        List<Integer> hiddenSizes,
        Activation activation,
        boolean sharedTrunk,
        int outputs,
        int logStdSize) {}
    record Description(
        Space observationSpace,
        Space actionSpace,
        Network network,
        ActionBounds actionBounds,
        boolean normalizeObservations,
        double clipObservations) {}
    record Array(String name, String dtype, int length, long crc32) {}
    record Manifest(int formatVersion, String algorithm, Description policy, List<Array> arrays) {}
    Manifest manifest =
        new Manifest(
            4,
            "ppo",
            new Description(
                test.observations,
                test.actions,
                new Network(
                    "mlp",
                    spec.inputs(),
                    spec.hidden(),
                    spec.activation(),
                    spec.sharedTrunk(),
                    spec.policyOutputs(),
                    spec.logStdSize()),
                config.actionBounds(),
                config.normObs(),
                config.clipObs()),
            arrays.entrySet().stream()
                .map(
                    entry -> {
                      boolean floats = entry.getKey().equals("network/parameters");
                      return new Array(
                          entry.getKey(),
                          floats ? "float32" : "float64",
                          entry.getValue().length / (floats ? Float.BYTES : Double.BYTES),
                          crc32(entry.getValue()));
                    })
                .toList());
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("manifest.json"));
      zip.write(Json.MAPPER.writeValueAsBytes(manifest));
      zip.closeEntry();
      for (Map.Entry<String, byte[]> entry : arrays.entrySet()) {
        zip.putNextEntry(new ZipEntry("arrays/" + entry.getKey()));
        zip.write(entry.getValue());
        zip.closeEntry();
      }
    }
  }

  private static ByteBuffer littleEndian(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static long crc32(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }
}
