package org.ppo4j.agent.policy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.normalize.ObservationNormalizer;
import org.ppo4j.agent.normalize.RunningMeanStd;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * A policy that sees images, for the tests of what acts as the trainer does.
 *
 * @param criticOnly how many numbers of an observation critics alone see
 */
public record ImageCase(
    String name,
    Space observations,
    Space actions,
    boolean masks,
    int criticOnly,
    Consumer<PpoConfigBuilder> settings) {

  private static final Space ACTIONS = Space.Box.of(-50, 50, 3, DType.FLOAT32);

  private static final Space VECTOR =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 5, DType.FLOAT64);

  /** Two images of bytes and other parts. */
  public static final Space DICTIONARY =
      new Space.Tuple(
          List.of(
              new Space.Discrete(4, -1),
              image(DType.UINT8, 9, 8, 3),
              VECTOR,
              image(DType.UINT8, 2, 7, 6),
              new Space.MultiDiscrete(new int[] {2, 3}, new int[] {5, -1}),
              new Space.MultiBinary(3)));

  public ImageCase(String name, Space observations, Consumer<PpoConfigBuilder> settings) {
    this(name, observations, ACTIONS, false, 0, settings);
  }

  /** Returns cases of all convolutions, spaces, masks and memories. */
  public static Stream<ImageCase> all() {
    Space floats =
        new Space.Tuple(
            List.of(VECTOR, image(DType.FLOAT32, 7, 6, 2), image(DType.UINT8, 6, 7), VECTOR));
    Space choices = new Space.MultiDiscrete(new int[] {3, 4}, new int[] {0, 2});
    Cnn list = Cnn.parse("5x3s2p1");
    return Stream.of(
        new ImageCase(
            "nature, channels first", image(DType.UINT8, 4, 84, 84), c -> c.sharedTrunk(true)),
        new ImageCase("nature, channels last", image(DType.UINT8, 40, 37, 3), c -> {}),
        new ImageCase("impala", image(DType.UINT8, 3, 33, 40), c -> c.cnn(Cnn.IMPALA)),
        new ImageCase(
            "impala, channels last", image(DType.UINT8, 11, 9, 2), c -> c.cnn(Cnn.IMPALA)),
        new ImageCase(
            "list with padding, no hidden layers",
            image(DType.UINT8, 2, 9, 11),
            c -> c.cnn(Cnn.parse("5x4s2p3,7x3s1p1,6x2s3")).hiddenSizes(List.of())),
        new ImageCase(
            "floats, normalised", image(DType.FLOAT32, 9, 11), c -> c.cnn(Cnn.parse("3x3s2"))),
        new ImageCase("parts", DICTIONARY, c -> c.cnn(Cnn.parse("5x3s2p1,4x2s1"))),
        new ImageCase("parts of floats, normalised", floats, c -> c.cnn(list)),
        new ImageCase("critic alone sees the last", floats, ACTIONS, false, 5, c -> c.cnn(list)),
        new ImageCase("masks", DICTIONARY, choices, true, 0, c -> c.cnn(list)),
        new ImageCase("gsde", DICTIONARY, c -> c.cnn(list).actionHead(ActionHead.GSDE)),
        new ImageCase(
            "gsde, lstm",
            DICTIONARY,
            c -> c.cnn(list).lstm(5).numMinibatches(1).actionHead(ActionHead.GSDE)),
        new ImageCase("lstm", DICTIONARY, c -> c.cnn(list).lstm(6).lstmLayers(2).numMinibatches(1)),
        new ImageCase(
            "gru behind impala",
            image(DType.UINT8, 3, 10, 10),
            c -> c.cnn(Cnn.IMPALA).gru(7).sharedTrunk(true).numMinibatches(1)));
  }

  /** Returns the space of images from 0 to 255. */
  public static Space image(DType dtype, int... shape) {
    int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] high = new double[size];
    Arrays.fill(high, 255);
    return new Space.Box(new double[size], high, shape, dtype);
  }

  public PpoConfig config() {
    return PpoConfig.of(Profile.DEFAULT, actions)
        .with(c -> c.hiddenSizes(List.of(64)).normObs(true))
        .with(settings);
  }

  public EnvSpec env() {
    return new EnvSpec("Test-v0", observations, actions, 0, Map.of(), Map.of())
        .withMasksActions(masks)
        .withCriticOnly(criticOnly);
  }

  public NetworkSpec network() {
    return PolicyNetwork.spec(env(), config());
  }

  /** Returns the policy on networks of the fast engine. */
  public TrainedPolicy policy() {
    return policy(Engine.SIMD);
  }

  /** Returns the policy on networks of an engine. */
  public TrainedPolicy policy(Engine engine) {
    return new TrainedPolicy(env(), config(), ActorCritics.create(engine, network()), state());
  }

  /** Returns random observations, {@code [rows, O]}. */
  public double[] drawObservations(int rows, Random random) {
    double[] numbers = new double[rows * observations.size()];
    int at = 0;
    for (int row = 0; row < rows; row++) {
      for (Space leaf : observations.leaves()) {
        for (int i = 0; i < leaf.size(); i++) {
          numbers[at++] = number(leaf, i, random);
        }
      }
    }
    return numbers;
  }

  private static double number(Space leaf, int i, Random random) {
    return switch (leaf) {
      case Space.Box box when box.dtype() == DType.UINT8 -> random.nextInt(256);
      case Space.Box box -> {
        double value = 100 + 50 * random.nextGaussian();
        yield box.dtype() == DType.FLOAT32 ? (float) value : value;
      }
      case Space.Discrete choice -> choice.start() + random.nextInt(choice.n());
      case Space.MultiDiscrete choices -> choices.start(i) + random.nextInt(choices.nvec(i));
      case Space.MultiBinary _ -> random.nextInt(2);
      case Space.Tuple _ -> throw new IllegalStateException("a leaf is not a tuple");
    };
  }

  /**
   * Returns random masks, {@code [rows, M]}; empty without masks. The last value of each choice is
   * valid, so that none is without one.
   */
  public byte[] drawMasks(int rows, Random random) {
    int flags = masks ? actions.maskSize() : 0;
    byte[] drawn = new byte[rows * flags];
    for (int row = 0; row < rows; row++) {
      int at = row * flags;
      for (int choice : masks ? choices() : new int[0]) {
        for (int i = 0; i < choice; i++) {
          drawn[at++] = (byte) (i == choice - 1 ? 1 : random.nextInt(2));
        }
      }
    }
    return drawn;
  }

  private int[] choices() {
    return switch (actions) {
      case Space.Discrete choice -> new int[] {choice.n()};
      case Space.MultiDiscrete several -> several.nvec();
      default -> throw new IllegalStateException("no masks of " + actions);
    };
  }

  /** Returns observations without what critics alone see. */
  public double[] seen(double[] all) {
    int size = observations.size();
    int rows = all.length / size;
    int kept = size - criticOnly;
    double[] seen = new double[rows * kept];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(all, row * size, seen, row * kept, kept);
    }
    return seen;
  }

  /** Returns parameters of a fresh network with biases that count, and statistics that do. */
  public TrainingState state() {
    NetworkSpec spec = network();
    TrainingState state = new TrainingState();
    Random random = new Random(4);
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 1, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      float[] parameters = network.parameters();
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] += (float) (0.02 * random.nextGaussian());
      }
      state.put("network/parameters", parameters);
    }
    int envs = config().collect().numEnvs();
    ObservationNormalizer normalizer =
        new ObservationNormalizer(observations, spec.images(), config().normalize(), envs);
    if (normalizer.frozen().statistics() != null) {
      int rows = 60;
      for (int i = 0; i < (config().normalize().normalizerPerEnv() ? envs : 1); i++) {
        RunningMeanStd statistics = new RunningMeanStd(spec.inputs());
        double[] numbers = new double[rows * spec.inputs()];
        Arrays.setAll(numbers, k -> 100 + 50 * random.nextGaussian());
        statistics.update(numbers, 0, rows);
        statistics.save(state, "observations/" + i);
      }
      normalizer.restore(state);
    }
    normalizer.save(state);
    return state;
  }

  @Override
  public String toString() {
    return name;
  }
}
