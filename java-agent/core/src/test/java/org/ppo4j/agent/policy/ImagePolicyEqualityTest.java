package org.ppo4j.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.Session;

/** {@link Policy} acts on images as the trainer's own policy does, to the bit. */
class ImagePolicyEqualityTest {
  private static final int ROWS = 60;
  private static final Space ACTIONS = Space.Box.of(-1e9, 1e9, 3, DType.FLOAT32);

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
          .with(c -> c.hiddenSizes(List.of(24)).normObs(true))
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
                new Space.MultiBinary(3)));
    Space floats =
        new Space.Tuple(
            List.of(vector, image(DType.FLOAT32, 7, 6, 2), image(DType.UINT8, 6, 7), vector));
    return Stream.of(
        new Case("nature, channels first", image(DType.UINT8, 4, 44, 40), c -> c.sharedTrunk(true)),
        new Case("nature, channels last", image(DType.UINT8, 40, 37, 3), c -> {}),
        new Case("impala", image(DType.UINT8, 3, 17, 15), c -> c.cnn(Cnn.IMPALA)),
        new Case("impala of channels last", image(DType.UINT8, 8, 9, 1), c -> c.cnn(Cnn.IMPALA)),
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
            "masks",
            dictionary,
            new Space.MultiDiscrete(new int[] {3, 4}, new int[] {0, 2}),
            true,
            0,
            c -> c.cnn(Cnn.parse("5x3s2p1"))),
        new Case(
            "lstm",
            dictionary,
            c -> c.cnn(Cnn.parse("5x3s2p1")).lstm(6).lstmLayers(2).numMinibatches(1)),
        new Case(
            "gru behind impala",
            image(DType.UINT8, 3, 10, 10),
            c -> c.cnn(Cnn.IMPALA).gru(7).sharedTrunk(true).numMinibatches(1)));
  }

  private static Space image(DType dtype, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] high = new double[size];
    Arrays.fill(high, 255);
    return new Space.Box(new double[size], high, shape, dtype);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainersPolicy(Case test) {
    TrainingState state = state(test);
    Path file = folder.resolve("policy.zip");
    checkpoint(test, state).writePolicy(file);
    NetworkSpec spec = PolicyNetwork.spec(test.env(), test.config());
    Random random = new Random(5);
    double[] observations = observations(test.observations, ROWS, random);
    byte[] masks = masks(test, random);
    double[] expected = new double[ROWS * test.actions.size()];
    double[] actual = new double[expected.length];
    try (TrainedPolicy trained =
            new TrainedPolicy(
                test.env(), test.config(), ActorCritics.create(Engine.SIMD, spec), state);
        Policy policy = Policy.load(file)) {
      boolean[] valid = new boolean[masks.length];
      for (int i = 0; i < valid.length; i++) {
        valid[i] = masks[i] == 1;
      }
      double[] seen = seen(test, observations);
      if (policy.remembers()) {
        act(trained, policy, observations, seen, expected, actual);
      } else {
        trained.act(observations, masks, ROWS, expected);
        policy.act(seen, valid, ROWS, actual);
      }
    }
    assertThat(Arrays.stream(expected).distinct().count()).isGreaterThan(test.masks ? 3 : ROWS);
    for (int i = 0; i < expected.length; i++) {
      assertThat(Double.doubleToRawLongBits(actual[i]))
          .as("number %d: %s, but expected %s", i, actual[i], expected[i])
          .isEqualTo(Double.doubleToRawLongBits(expected[i]));
    }
  }

  /** An episode of {@value #ROWS} steps, begun again in the middle. */
  private static void act(
      TrainedPolicy trained,
      Policy policy,
      double[] observations,
      double[] seen,
      double[] expected,
      double[] actual) {
    int size = observations.length / ROWS;
    int actions = expected.length / ROWS;
    PolicySession theirs = trained.session(1);
    Session ours = policy.session();
    double[] action = new double[actions];
    for (int row = 0; row < ROWS; row++) {
      if (row == ROWS / 2) {
        theirs = trained.session(1);
        ours.reset();
      }
      theirs.act(Arrays.copyOfRange(observations, row * size, (row + 1) * size), action);
      System.arraycopy(action, 0, expected, row * actions, actions);
      ours.act(Arrays.copyOfRange(seen, row * size, (row + 1) * size), action);
      System.arraycopy(action, 0, actual, row * actions, actions);
    }
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

  /** The last value of each choice is valid, so that none is without one. */
  private static byte[] masks(Case test, Random random) {
    int flags = test.masks ? test.actions.maskSize() : 0;
    byte[] masks = new byte[ROWS * flags];
    for (int i = 0; i < masks.length; i++) {
      masks[i] = (byte) (i % flags == 2 || i % flags == 6 ? 1 : random.nextInt(2));
    }
    return masks;
  }

  @Test
  void whatIsNoPixelIsRefused() {
    Case test = new Case("", image(DType.UINT8, 4, 44, 40), c -> {});
    Path file = folder.resolve("policy.zip");
    checkpoint(test, state(test)).writePolicy(file);
    double[] observation = observations(test.observations, 1, new Random(3));
    try (Policy policy = Policy.load(file)) {
      for (double wrong : new double[] {256, -1, 0.5, Double.NaN}) {
        observation[41] = wrong;
        assertThatExceptionOfType(IllegalArgumentException.class)
            .isThrownBy(() -> policy.act(observation))
            .withMessageStartingWith("number 41 of the observation is ")
            .withMessageEndingWith(", but it must be an integer from 0 to 255");
      }
    }
  }

  /** Parameters of a fresh network with biases and a head that count, and statistics that do. */
  private static TrainingState state(Case test) {
    NetworkSpec spec = PolicyNetwork.spec(test.env(), test.config());
    TrainingState state = new TrainingState();
    Random random = new Random(4);
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 1, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      float[] parameters = network.parameters();
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] += (float) (0.05 * random.nextGaussian());
      }
      state.put("network/parameters", parameters);
    }
    ObservationNormalizer normalizer = normalizer(test, spec);
    if (normalizer.frozen().statistics() != null) {
      int envs = test.config().collect().numEnvs();
      for (int i = 0; i < (test.config().normalize().normalizerPerEnv() ? envs : 1); i++) {
        RunningMeanStd statistics = new RunningMeanStd(spec.inputs());
        double[] rows = new double[ROWS * spec.inputs()];
        Arrays.setAll(rows, k -> 100 + 50 * random.nextGaussian());
        statistics.update(rows, 0, ROWS);
        statistics.save(state, "observations/" + i);
      }
      normalizer.restore(state);
    }
    normalizer.save(state);
    return state;
  }

  private static ObservationNormalizer normalizer(Case test, NetworkSpec spec) {
    PpoConfig config = test.config();
    return new ObservationNormalizer(
        test.observations, spec.images(), config.normalize(), config.collect().numEnvs());
  }

  private static double[] observations(Space space, int rows, Random random) {
    double[] observations = new double[rows * space.size()];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (Space leaf : space.leaves()) {
        for (int i = 0; i < leaf.size(); i++) {
          observations[at++] =
              switch (leaf) {
                case Space.Box box when box.dtype() == DType.UINT8 -> random.nextInt(256);
                case Space.Box _ -> 100 + 50 * random.nextGaussian();
                case Space.Discrete choice -> choice.start() + random.nextInt(choice.n());
                case Space.MultiBinary _ -> random.nextInt(2);
                case Space.MultiDiscrete _, Space.Tuple _ ->
                    throw new IllegalStateException("not among the cases");
              };
        }
      }
    }
    return observations;
  }

  private static Checkpoint checkpoint(Case test, TrainingState state) {
    return new Checkpoint(
        new RunConfig(
            Algorithm.PPO,
            "Test-v0",
            Map.of(),
            RunConfig.Backend.PROGRAM,
            Engine.SIMD,
            null,
            List.of(),
            1,
            Profile.DEFAULT,
            null,
            test.config(),
            null,
            RunConfig.Checkpointing.defaults()),
        test.observations,
        test.actions,
        NetworkDescription.of(
            PolicyNetwork.spec(test.env(), test.config()), null, test.env().masksActions()),
        Map.of(),
        0,
        Provenance.present(),
        state);
  }
}
