package org.ppo4j.agent.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.kernel.Kernels;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
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

/** {@link Policy} acts as the trainer's own policy does, to the bit. */
class PolicyEqualityTest {
  private static final int OBSERVATIONS = 25_000;
  private static final int CHUNK = 1000;

  private static final Space NUMBERS =
      Space.Box.of(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 17, DType.FLOAT64);
  private static final Space BOX =
      new Space.Box(
          new double[] {-1, 0, -0.4, -2, 0.1, -3},
          new double[] {1, 5, 0.4, 3, 0.3, -1},
          new int[] {6},
          DType.FLOAT32);
  private static final Space INTEGERS =
      new Space.Box(
          new double[] {-3, 0, -1, 2}, new double[] {3, 2, 0, 2}, new int[] {4}, DType.INT8);
  private static final Space CHOICES =
      new Space.MultiDiscrete(new int[] {2, 3, 5}, new int[] {4, 0, -7});
  private static final Space MIXED =
      new Space.Tuple(new Space.Discrete(4, -1), BOX, CHOICES, new Space.MultiBinary(3), INTEGERS);

  @TempDir private Path folder;

  record Case(
      Space observations,
      Space actions,
      ActionHead head,
      ActionBounds bounds,
      Activation activation,
      boolean shared,
      boolean normalised,
      List<Integer> hidden,
      List<Integer> criticHidden) {

    Case(Space observations, Space actions, ActionBounds bounds) {
      this(observations, actions, ActionHead.GAUSSIAN, bounds);
    }

    Case(Space observations, Space actions, ActionHead head, ActionBounds bounds) {
      this(
          observations,
          actions,
          head,
          bounds,
          Activation.TANH,
          false,
          true,
          List.of(64, 64),
          List.of());
    }

    Case(
        ActionBounds bounds,
        Activation activation,
        boolean shared,
        boolean normalised,
        List<Integer> hidden) {
      this(
          NUMBERS,
          BOX,
          ActionHead.GAUSSIAN,
          bounds,
          activation,
          shared,
          normalised,
          hidden,
          List.of());
    }

    Case(List<Integer> hidden, List<Integer> criticHidden) {
      this(
          NUMBERS,
          BOX,
          ActionHead.GAUSSIAN,
          ActionBounds.CLIP,
          Activation.TANH,
          false,
          true,
          hidden,
          criticHidden);
    }

    PpoConfig config() {
      return PpoConfig.of(Profile.DEFAULT, actions)
          .with(c -> c.hiddenSizes(hidden).criticHiddenSizes(criticHidden))
          .with(c -> c.activation(activation))
          .with(c -> c.sharedTrunk(shared))
          .with(c -> c.normObs(normalised))
          .with(c -> c.actionHead(head).actionBounds(bounds));
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
            new Case(NUMBERS, BOX, ActionHead.STATE_DEPENDENT_GAUSSIAN, clip),
            new Case(NUMBERS, BOX, ActionHead.STATE_DEPENDENT_GAUSSIAN, ActionBounds.SQUASH),
            new Case(NUMBERS, BOX, ActionHead.BETA, clip),
            new Case(NUMBERS, BOX, ActionHead.GSDE, clip),
            new Case(NUMBERS, BOX, ActionHead.GSDE, ActionBounds.SQUASH),
            new Case(NUMBERS, INTEGERS, clip),
            new Case(NUMBERS, INTEGERS, ActionBounds.SQUASH),
            new Case(NUMBERS, INTEGERS, ActionBounds.NONE),
            new Case(NUMBERS, INTEGERS, ActionHead.BETA, clip),
            new Case(NUMBERS, new Space.Discrete(4, -1), clip),
            new Case(NUMBERS, CHOICES, clip),
            new Case(NUMBERS, new Space.MultiBinary(5), clip),
            new Case(NUMBERS, MIXED, clip),
            new Case(NUMBERS, MIXED, ActionBounds.SQUASH),
            new Case(NUMBERS, MIXED, ActionHead.STATE_DEPENDENT_GAUSSIAN, clip),
            new Case(NUMBERS, MIXED, ActionHead.BETA, clip),
            new Case(new Space.Discrete(12, 3), BOX, clip),
            new Case(CHOICES, BOX, ActionBounds.SQUASH),
            new Case(new Space.MultiBinary(9), new Space.Discrete(2), clip));
    List<Case> networks = new ArrayList<>();
    for (Activation activation : Activation.values()) {
      networks.add(new Case(ActionBounds.SQUASH, activation, true, false, List.of(64, 64)));
      networks.add(new Case(clip, activation, false, true, List.of(33, 7, 300)));
    }
    networks.add(new Case(clip, Activation.TANH, true, true, List.of(64, 64)));
    networks.add(new Case(clip, Activation.TANH, false, false, List.of()));
    networks.add(new Case(List.of(33), List.of(64, 7)));
    return Stream.concat(spaces, networks.stream());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void actsAsTheTrainersPolicy(Case test) {
    PpoConfig config = test.config();
    EnvSpec env = new EnvSpec("Test-v0", test.observations, test.actions, 0, Map.of(), Map.of());
    NetworkSpec spec = PolicyNetwork.spec(env, config);
    TrainingState state = state(test, config, spec);
    Path file = folder.resolve("policy.zip");
    write(file, test, config, spec, state);
    Random random = new Random(5);
    int size = test.observations.size();
    int actionSize = test.actions.size();
    double[] expected = new double[CHUNK * actionSize];
    double[] batch = new double[CHUNK * actionSize];
    double[] observation = new double[size];
    double[] action = new double[actionSize];
    try (TrainedPolicy trained =
            new TrainedPolicy(env, config, ActorCritics.create(Engine.SIMD, spec), state);
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

  static Stream<Space> maskedSpaces() {
    return Stream.of(new Space.Discrete(4, -1), CHOICES, new Space.MultiBinary(5), MIXED);
  }

  @ParameterizedTest
  @MethodSource("maskedSpaces")
  void actsWithMasksAsTheTrainersPolicy(Space actions) {
    Case test = new Case(NUMBERS, actions, ActionBounds.CLIP);
    PpoConfig config = test.config();
    EnvSpec env =
        new EnvSpec("Test-v0", test.observations, test.actions, 0, Map.of(), Map.of())
            .withMasksActions(true);
    NetworkSpec spec = PolicyNetwork.spec(env, config);
    TrainingState state = state(test, config, spec);
    Path file = folder.resolve("policy.zip");
    write(file, test, config, spec, state, true);
    Random random = new Random(5);
    double[] expected = new double[CHUNK * actions.size()];
    double[] batch = new double[CHUNK * actions.size()];
    int flags = actions.maskSize();
    byte[] masks = new byte[CHUNK * flags];
    boolean[] valid = new boolean[masks.length];
    try (TrainedPolicy trained =
            new TrainedPolicy(env, config, ActorCritics.create(Engine.SIMD, spec), state);
        Policy policy = Policy.load(file)) {
      assertThat(policy.actionMaskSize()).isEqualTo(flags);
      for (int chunk = 0; chunk < 20; chunk++) {
        double[] observations = observations(test.observations, random);
        for (int i = 0; i < masks.length; i++) {
          // The second value of each choice and bit is valid, so that none is without one.
          masks[i] = (byte) (isSecond(actions, i % flags) || random.nextBoolean() ? 1 : 0);
          valid[i] = masks[i] == 1;
        }
        trained.act(observations, masks, CHUNK, expected);
        policy.act(observations, valid, CHUNK, batch);
        assertThat(Arrays.equals(batch, expected)).as("chunk %d", chunk).isTrue();
      }
      double[] one = new double[test.observations.size()];
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> policy.act(one))
          .withMessage(
              "the policy was trained with masks of actions and needs %d flags, but got 0", flags);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> policy.act(one, new boolean[flags]))
          .withMessage(
              "the mask of the observation leaves no valid action, but needs at least one");
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> trained.act(one))
          .withMessage(
              "the policy was trained with masks of actions and needs %d flags for each of 1"
                  + " observations, but got 0",
              flags);
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> trained.act(one, new byte[flags], 1, new double[actions.size()]))
          .withMessage("the mask of observation 0 leaves no valid action, but needs at least one");
    }
  }

  private static boolean isSecond(Space actions, int flag) {
    int at = 0;
    for (Space leaf : actions.leaves()) {
      int[] counts =
          switch (leaf) {
            case Space.Discrete discrete -> new int[] {discrete.n()};
            case Space.MultiDiscrete choices -> choices.nvec();
            case Space.MultiBinary(int n) -> IntStream.range(0, n).map(_ -> 2).toArray();
            case Space.Box _, Space.Tuple _ -> new int[0];
          };
      for (int count : counts) {
        if (flag == at + 1) {
          return true;
        }
        at += count;
      }
    }
    return false;
  }

  /** The file of a ppg training has more parameters than a policy needs. */
  @Test
  void actsAsAPolicyOfPpg() {
    Case test = new Case(NUMBERS, BOX, ActionBounds.CLIP);
    PpoConfig config = test.config();
    EnvSpec env = new EnvSpec("Test-v0", test.observations, test.actions, 0, Map.of(), Map.of());
    NetworkSpec spec = PolicyNetwork.spec(env, Algorithm.PPG, config, null);
    TrainingState state = state(test, config, spec);
    Path file = folder.resolve("policy.zip");
    write(file, test, config, spec, state);
    double[] observation = observations(test.observations, new Random(7));
    double[] expected = new double[CHUNK * test.actions.size()];
    double[] actions = new double[expected.length];
    try (TrainedPolicy trained =
            new TrainedPolicy(env, config, ActorCritics.create(Engine.SIMD, spec), state);
        Policy policy = Policy.load(file)) {
      trained.act(observation, CHUNK, expected);
      policy.act(observation, CHUNK, actions);
    }
    assertThat(actions).containsExactly(expected);
  }

  /** A network of one hidden unit whose output is that unit shows the policy's tanh. */
  @Test
  void theTanhIsTheTrainers() {
    Space number = Space.Box.of(-1, 1, 1, DType.FLOAT32);
    Case test =
        new Case(
            number,
            number,
            ActionHead.GAUSSIAN,
            ActionBounds.NONE,
            Activation.TANH,
            false,
            false,
            List.of(1),
            List.of());
    PpoConfig config = test.config();
    EnvSpec env = new EnvSpec("Test-v0", number, number, 0, Map.of(), Map.of());
    TrainingState state = new TrainingState();
    state.put("network/parameters", new float[] {1, 0, 1, 0, 0, 0, 0, 0, 0});
    Path file = folder.resolve("policy.zip");
    write(file, test, config, PolicyNetwork.spec(env, config), state);
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
  private static TrainingState state(Case test, PpoConfig config, NetworkSpec spec) {
    TrainingState state = new TrainingState();
    try (ActorCritic network = ActorCritics.create(Engine.SIMD, spec)) {
      OrthogonalInit.initialize(network, 0.01, 0, RandomSource.XO_SHI_RO_256_PP.create(3));
      float[] parameters = network.parameters();
      Random random = new Random(4);
      for (int i = 0; i < parameters.length; i++) {
        parameters[i] += (float) (0.3 * random.nextGaussian());
      }
      state.put("network/parameters", parameters);
    }
    if (test.normalised && !isChoice(test.observations)) {
      for (int i = 0;
          i < (config.normalize().normalizerPerEnv() ? config.collect().numEnvs() : 1);
          i++) {
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
            case Space.Tuple _ -> throw new IllegalStateException("not among the cases");
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

  private static void write(
      Path file, Case test, PpoConfig config, NetworkSpec spec, TrainingState state) {
    write(file, test, config, spec, state, false);
  }

  private static void write(
      Path file,
      Case test,
      PpoConfig config,
      NetworkSpec spec,
      TrainingState state,
      boolean masks) {
    ObservationNormalizer normalizer =
        new ObservationNormalizer(
            test.observations, config.normalize(), config.collect().numEnvs());
    normalizer.restore(state);
    normalizer.save(state);
    new Checkpoint(
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
                config,
                null,
                RunConfig.Checkpointing.defaults()),
            test.observations,
            test.actions,
            NetworkDescription.of(spec, null, masks),
            Map.of(),
            0,
            Provenance.present(),
            state)
        .write(file);
  }
}
