package org.ppo4j.agent.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/** Trainings whose rollouts several actors collect are those of one process, byte for byte. */
class RemoteTrainingTest {
  private static final int ENVS = 7;
  private static final int STEPS = 64;

  private static final String GATES = "RemoteTrainingTest-Gates-v0";
  private static final List<Integer> SMALL = List.of(16);
  private static final String FRAMES = "RemoteTrainingTest-Frames-v0";
  private static final String PARTS = "RemoteTrainingTest-Parts-v0";

  @TempDir private Path folder;

  @BeforeAll
  static void registerGates() {
    Envs.register(GATES, 50, _ -> new Gates());
    Envs.register(PARTS, 50, _ -> new Parts());
    Envs.register(FRAMES, 5, _ -> new Frames());
  }

  /** What a training did: its state, its episodes and its figures. */
  private record Result(
      Map<String, Object> state, List<Episode> episodes, List<Map<String, Double>> metrics) {}

  /** A kind of training, to be run in one process and by actors. */
  record Kind(String name, String env, Consumer<TrainingBuilder> change) {
    TrainingBuilder builder(long iterations) {
      TrainingBuilder builder = Training.on(env).seed(5).preset(null);
      change.accept(builder);
      return builder.config(
          c -> c.numEnvs(ENVS).numSteps(STEPS).totalTimesteps(iterations * ENVS * STEPS));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Kind> kinds() {
    return Stream.of(
        new Kind("discrete", "CartPole-v1", b -> {}),
        new Kind("its own normalisers", "Pendulum-v1", b -> b.profile(Profile.CLEANRL)),
        new Kind(
            "shared normalisers", "Pendulum-v1", b -> b.config(c -> c.normalizerPerRollout(true))),
        new Kind(
            "exploration noise, squashed",
            "Pendulum-v1",
            b ->
                b.config(
                    c ->
                        c.normalizerPerRollout(true)
                            .actionHead(ActionHead.GSDE)
                            .sdeSampleFreq(4)
                            .actionBounds(ActionBounds.SQUASH))),
        new Kind(
            "state-dependent deviations",
            "MountainCarContinuous-v0",
            b ->
                b.config(
                    c ->
                        c.normalizerPerRollout(true)
                            .actionHead(ActionHead.STATE_DEPENDENT_GAUSSIAN))),
        new Kind("the actor's outputs", "Acrobot-v1", b -> b.algorithm(Algorithm.PPO_PENALTY)),
        new Kind(
            "advantages computed again, normalised targets",
            "CartPole-v1",
            b -> b.config(c -> c.recomputeAdvantages(true).normValueTargets(true))),
        new Kind("with a memory", "CartPole-v1", b -> b.config(c -> c.lstm(8).numMinibatches(1))),
        new Kind("with masks of actions", GATES, b -> {}),
        new Kind(
            "images, valued again",
            FRAMES,
            b ->
                b.config(
                    c -> c.recomputeAdvantages(true).cnn(Cnn.parse("4x8s4")).hiddenSizes(SMALL))),
        new Kind(
            "images, one rollout ahead",
            FRAMES,
            b ->
                b.algorithm(Algorithm.APPO)
                    .config(c -> c.cnn(Cnn.parse("4x8s4")).hiddenSizes(SMALL))),
        new Kind("one rollout ahead", "CartPole-v1", b -> b.algorithm(Algorithm.APPO)));
  }

  private Result run(TrainingBuilder builder) {
    List<Episode> episodes = new ArrayList<>();
    List<Map<String, Double>> metrics = new ArrayList<>();
    builder.listener(
        new TrainingListener() {
          @Override
          public void episode(Episode episode) {
            episodes.add(episode);
          }

          @Override
          public void iteration(Iteration iteration) {
            Map<String, Double> figures = new TreeMap<>(iteration.metrics().values());
            figures.keySet().removeIf(name -> name.startsWith("charts/actor"));
            metrics.add(figures);
          }
        });
    Path file = folder.resolve("run.zip");
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
    Map<String, Object> state = new TreeMap<>(Checkpoint.read(file).state().arrays());
    state.keySet().removeIf(name -> name.startsWith("environment/") || name.startsWith("actors/"));
    state.remove("pending/reference_kl"); // NaN, which the comparison finds different from itself
    return new Result(state, episodes, metrics);
  }

  private static TrainingBuilder by(int actors, TrainingBuilder builder) {
    return builder.actors(actors, 0, LocalActors.starter());
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void threeActorsGiveWhatOneProcessGives(Kind kind) {
    Result one = run(kind.builder(4));
    assertThat(one.state()).containsKeys("network/parameters", "random/acting");
    assertThat(run(by(3, kind.builder(4)))).usingRecursiveComparison().isEqualTo(one);
  }

  @Test
  void asManyActorsAsSubEnvironmentsGiveWhatOneGives() {
    Kind kind = kinds().toList().getFirst();
    Result one = run(by(1, kind.builder(3)));
    assertThat(one.episodes()).isNotEmpty();
    assertThat(run(by(ENVS, kind.builder(3)))).usingRecursiveComparison().isEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void lostActorsChangeNothing(Kind kind) {
    Result one = run(kind.builder(4));
    TrainingBuilder builder = kind.builder(4);
    builder.actors(3, 100, LossyActors.starter(LocalActors.starter(), order -> order % 4 == 2));
    assertThat(run(builder)).usingRecursiveComparison().isEqualTo(one);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aStoppedTrainingContinuesWithItsEpisodes(Kind kind) {
    Result one = run(by(3, kind.builder(4)));
    Path half = folder.resolve("half.zip");
    try (Training training = by(3, kind.builder(4)).build()) {
      training.add(
          new TrainingListener() {
            @Override
            public void iteration(Iteration iteration) {
              if (iteration.number() == 2) {
                training.stop();
              }
            }
          });
      training.run();
      training.save(half);
    }
    Result rest = run(by(3, Training.resume(half)));
    assertThat(rest.state()).usingRecursiveComparison().isEqualTo(one.state());
  }

  static Stream<Kind> kindsOfNormalisers() {
    return kinds().limit(3);
  }

  @ParameterizedTest
  @MethodSource("kindsOfNormalisers")
  void aTrainingContinuesWithAnotherNumberOfActorsOrNone(Kind kind) {
    Path half = folder.resolve("half.zip");
    try (Training training = by(3, kind.builder(2)).build()) {
      training.run();
      training.save(half);
    }
    long steps = 4L * ENVS * STEPS;
    for (int actors = 0; actors < 3; actors++) {
      TrainingBuilder builder = Training.resume(half).config(c -> c.totalTimesteps(steps));
      try (Training training = (actors == 0 ? builder : by(actors, builder)).build()) {
        training.run();
        assertThat(training.globalStep()).isEqualTo(steps);
        training.save(folder.resolve("end.zip"));
      }
      TrainingState end = Checkpoint.read(folder.resolve("end.zip")).state();
      for (int env = 0; env < ENVS && end.has("observations/%d/count".formatted(env)); env++) {
        double count = end.doubles("observations/%d/count".formatted(env), 1)[0];
        assertThat(count).as("observations seen by normaliser %d", env).isGreaterThan(4 * STEPS);
      }
    }
  }

  /** Kinds whose result depends on the number of actors. */
  static Stream<Kind> repeatableKinds() {
    Consumer<TrainingBuilder> beta =
        b -> b.config(c -> c.normalizerPerRollout(true).actionHead(ActionHead.BETA));
    return Stream.of(
        new Kind("numbers as the policy demands them", "Pendulum-v1", beta),
        new Kind("several parts", PARTS, b -> b.config(c -> c.normalizerPerRollout(true))),
        new Kind("several parts, one of them beta", PARTS, beta));
  }

  @ParameterizedTest
  @MethodSource("repeatableKinds")
  void whatDependsOnTheNumberOfActorsIsRepeatable(Kind kind) {
    Result first = run(by(3, kind.builder(3)));
    assertThat(run(by(3, kind.builder(3)))).usingRecursiveComparison().isEqualTo(first);
    TrainingBuilder lossy = kind.builder(3);
    lossy.actors(3, 100, LossyActors.starter(LocalActors.starter(), order -> order % 4 == 2));
    assertThat(run(lossy)).usingRecursiveComparison().isEqualTo(first);
  }

  @Test
  void environmentsThatCannotBeRestoredStartNewEpisodes() {
    List<Map<String, Double>> metrics = new ArrayList<>();
    TrainingBuilder builder =
        kinds()
            .toList()
            .getFirst()
            .builder(4)
            .onIteration((training, iteration) -> metrics.add(iteration.metrics().values()));
    builder.actors(
        3,
        100,
        LossyActors.starter(
            LocalActors.starter(task -> new NotResumable(LocalActors.environments(task))),
            order -> order == 8));
    try (Training training = builder.build()) {
      training.run();
      assertThat(training.globalStep()).isEqualTo(4L * ENVS * STEPS);
    }
    assertThat(metrics.getLast()).containsEntry("charts/actor_losses", 1.0);
    assertThat(metrics.getLast()).containsEntry("charts/actor_cuts", 1.0);
  }

  @Test
  void tooManyLossesEndTheTrainingWithASentence() {
    TrainingBuilder builder = kinds().toList().getFirst().builder(4);
    builder.actors(3, 2, LossyActors.starter(LocalActors.starter(), order -> order % 2 == 0));
    try (Training training = builder.build()) {
      assertThatThrownBy(training::run)
          .isInstanceOf(EnvException.class)
          .hasMessageMatching(
              "actor \\d on this machine was lost; 2 actors were replaced before, .*");
    }
  }

  @Test
  void refusesWhatActorsCannotDo() {
    Kind kind = kinds().toList().getFirst();
    assertThatThrownBy(() -> by(ENVS + 1, kind.builder(2)).build())
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("numEnvs 7 cannot be shared out to 8 actors");
    assertThatThrownBy(
            () -> by(2, Training.on("Pendulum-v1").preset(null).config(c -> c.numEnvs(2))).build())
        .isInstanceOf(InvalidHyperparameterException.class)
        .hasMessageContaining("normalizerPerRollout");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> by(2, Training.on("CartPole-v1").algorithm(Algorithm.GRPO)).build())
        .withMessageContaining("grpo");
  }

  @Test
  void refusesATaskOfAnotherVersion() {
    try (Training training = kinds().toList().getFirst().builder(2).build()) {
      String json = ActorTask.of(training.config(), new Slice(0, 1, 1)).json();
      assertThat(ActorTask.of(json).run().env()).isEqualTo("CartPole-v1");
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> ActorTask.of(json.replaceFirst("\"ppo4j\":\"[^\"]+\"", "\"ppo4j\":\"0.0.1\"")))
          .withMessageContaining("the learner is ppo4j 0.0.1, but the actor is");
    }
  }

  /** A walk on three gates, of which the present one cannot be chosen again. */
  private static final class Gates extends ArrayDynamics {
    Gates() {
      super(Space.Box.of(0, 2, 1, DType.FLOAT64), new Space.Discrete(3));
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = random.integers(3);
    }

    @Override
    public double step(double[] actions, int offset) {
      if (actions[offset] == state[0]) {
        throw new IllegalStateException("the gate is closed");
      }
      double reward = actions[offset] == (state[0] + 1) % 3 ? 1 : 0;
      state[0] = actions[offset];
      return reward;
    }

    @Override
    public boolean terminated() {
      return false;
    }

    @Override
    public boolean masksActions() {
      return true;
    }

    @Override
    public void actionMask(byte[] out, int offset) {
      for (int gate = 0; gate < 3; gate++) {
        out[offset + gate] = (byte) (gate == state[0] ? 0 : 1);
      }
    }
  }

  /** A number on a line, which the box's action moves; the discrete part is to name its sign. */
  private static final class Parts extends ArrayDynamics {
    Parts() {
      super(
          Space.Box.of(-2, 2, 1, DType.FLOAT64),
          new Space.Tuple(new Space.Discrete(2), Space.Box.of(-1, 1, 1, DType.FLOAT32)));
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = random.uniform(-1, 1);
    }

    @Override
    public double step(double[] actions, int offset) {
      double reward = actions[offset] == (state[0] > 0 ? 1 : 0) ? 1 : 0;
      state[0] = Math.clamp(state[0] + actions[offset + 1], -2, 2);
      return reward - Math.abs(state[0]);
    }

    @Override
    public boolean terminated() {
      return false;
    }
  }

  /** The last two frames of stripes that move by the action. */
  private static final class Frames extends ArrayDynamics {
    private static final int HEIGHT = 16;
    private static final int WIDTH = 20;

    Frames() {
      super(
          new Space.Box(
              new double[2 * HEIGHT * WIDTH],
              DoubleStream.generate(() -> 255).limit(2 * HEIGHT * WIDTH).toArray(),
              new int[] {2, HEIGHT, WIDTH},
              DType.UINT8),
          new Space.Discrete(2));
    }

    @Override
    public void reset(NumpyRandom random) {
      state[0] = random.integers(200);
      draw(0);
      System.arraycopy(state, 0, state, HEIGHT * WIDTH, HEIGHT * WIDTH);
    }

    @Override
    public double step(double[] actions, int offset) {
      System.arraycopy(state, HEIGHT * WIDTH, state, 0, HEIGHT * WIDTH);
      state[HEIGHT * WIDTH] = (state[0] + 7 + 50 * actions[offset]) % 256;
      draw(HEIGHT * WIDTH);
      return state[0] / 255;
    }

    private void draw(int at) {
      for (int i = 1; i < HEIGHT * WIDTH; i++) {
        state[at + i] = (state[at] + 3 * i) % 256;
      }
    }

    @Override
    public boolean terminated() {
      return false;
    }
  }

  /** An environment without what makes it resumable. */
  private static final class NotResumable extends VectorWrapper {
    NotResumable(VectorEnv env) {
      super(env);
    }
  }
}
