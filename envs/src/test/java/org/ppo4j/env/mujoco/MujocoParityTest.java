package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.Ensemble;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * MuJoCo tasks compared with Gymnasium's, which {@code record_mujoco.py} runs in the project's
 * Python: a thousand steps for each task and choice of arguments, bit for bit unless the sine,
 * power or scalar product of another library is involved.
 */
@Tag("python")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MujocoParityTest {
  private static final boolean[] MOVING = {false};

  private final List<Recorded> recordings = new ArrayList<>();

  /** The recording of one environment; a line is an array of words. */
  record Recorded(String id, Map<String, Object> kwargs, List<String[]> lines) {
    /** Returns the tolerance; sines and cosines of another library may differ in the last bit. */
    Offset<Double> ofObservations() {
      return within(id.startsWith("Reacher") || id.startsWith("InvertedDouble") ? 1e-15 : 0);
    }

    /**
     * Returns the tolerance; Gymnasium squares by powers or sums in a BLAS of unspecified order.
     */
    Offset<Double> ofRewards() {
      return within(
          Set.of("Reacher-v5", "Pusher-v5", "InvertedDoublePendulum-v5").contains(id) ? 1e-14 : 0);
    }

    @Override
    public String toString() {
      return id + " " + kwargs;
    }
  }

  /** Returns the name of the recording script. */
  String script() {
    return "record_mujoco.py";
  }

  @BeforeAll
  void record(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("recorded.txt");
    Process python =
        new ProcessBuilder(
                System.getProperty("ppo4j.test.python"),
                Path.of("src/test/python").resolve(script()).toAbsolutePath().toString(),
                file.toString())
            .directory(folder.toFile()) // MuJoCo writes its log there
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log.txt").toFile())
            .start();
    assertThat(python.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(python.exitValue()).as(Files.readString(folder.resolve("log.txt"))).isZero();
    read(file);
  }

  private void read(Path file) throws IOException {
    for (String line : Files.readAllLines(file)) {
      String[] words = line.split(" ");
      if (words[0].equals("make")) {
        Map<String, Object> kwargs = new HashMap<>(Map.of("max_episode_steps", words[2]));
        for (int i = 3; i < words.length; i++) {
          String[] argument = words[i].split("=");
          kwargs.put(argument[0], argument[1]);
        }
        recordings.add(new Recorded(words[1], kwargs, new ArrayList<>()));
      } else {
        recordings.getLast().lines().add(words);
      }
    }
  }

  List<Recorded> recordings() {
    return recordings;
  }

  /** Starting from Gymnasium's initial states, every number equals Gymnasium's. */
  @ParameterizedTest
  @MethodSource("recordings")
  void stepsAreGymnasiums(Recorded recorded) {
    Ensemble ensemble = ensemble(recorded);
    try {
      MujocoTask task = (MujocoTask) ensemble.members().getFirst();
      double[] observation = new double[task.observationSpace().size()];
      for (String[] line : recorded.lines()) {
        boolean isStep = line[0].equals("step");
        if (isStep) {
          double[] action = numbers(line[1]);
          ensemble.advance(action, MOVING);
          assertThat(task.step(action, 0)).isCloseTo(numbers(line[2])[0], recorded.ofRewards());
          assertThat(task.terminated()).isEqualTo(line[3].equals("1"));
          assertParts(task, line, recorded.ofRewards());
        } else {
          task.start(numbers(line[2]));
        }
        assertThat(task.state).isEqualTo(numbers(line[isStep ? 5 : 2]));
        task.observe(observation, 0);
        assertClose(observation, numbers(line[isStep ? 6 : 3]), recorded.ofObservations());
      }
    } finally {
      ensemble.close();
    }
  }

  private static void assertParts(MujocoTask task, String[] line, Offset<Double> offset) {
    for (int i = 7; i < line.length; i++) {
      String[] part = line[i].split("=");
      String name = part[0].equals("reward_run") ? "reward_forward" : part[0];
      assertThat(task.rewardParts()).containsKey(name);
      assertThat(task.rewardParts().get(name)).as(name).isCloseTo(numbers(part[1])[0], offset);
    }
  }

  /** The same seed starts the same episodes. */
  @ParameterizedTest
  @MethodSource("recordings")
  void startsAreGymnasiums(Recorded recorded) {
    Ensemble ensemble = ensemble(recorded);
    try {
      MujocoTask task = (MujocoTask) ensemble.members().getFirst();
      NumpyRandom random = null;
      for (String[] line : recorded.lines()) {
        if (line[0].equals("reset")) {
          random = random == null ? new NumpyRandom(Long.parseLong(line[1])) : random;
          task.reset(random);
          assertThat(task.state).isEqualTo(numbers(line[2]));
        }
      }
    } finally {
      ensemble.close();
    }
  }

  /** Episodes from a seed, including their ends, equal Gymnasium's. */
  @ParameterizedTest
  @MethodSource("recordings")
  void episodesAreGymnasiums(Recorded recorded) {
    try (VectorEnv env = Envs.make(recorded.id(), 1, recorded.kwargs(), AutoresetMode.SAME_STEP)) {
      StepBatch batch = StepBatch.of(env);
      for (String[] line : recorded.lines()) {
        if (line[0].equals("step")) {
          env.step(numbers(line[1]), batch);
          assertClose(batch.rewards, numbers(line[2]), recorded.ofRewards());
          assertThat(batch.terminated).containsExactly(line[3].equals("1"));
          assertThat(batch.truncated).containsExactly(line[4].equals("1"));
          assertClose(
              batch.isDone(0) ? batch.finalObservations : batch.observations,
              numbers(line[6]),
              recorded.ofObservations());
        } else {
          if (!line[1].equals("-")) {
            env.reset(Long.parseLong(line[1]), batch);
          }
          assertClose(batch.observations, numbers(line[3]), recorded.ofObservations());
        }
      }
    }
  }

  private static Ensemble ensemble(Recorded recorded) {
    EnvDefinition definition =
        new MujocoTasks()
            .environments().stream()
                .filter(one -> one.id().equals(recorded.id()))
                .findFirst()
                .orElseThrow();
    return definition.factory().make(new Kwargs(recorded.id(), recorded.kwargs()), 1);
  }

  /** Asserts each number by itself only if the arrays are not the same bits, as that is slow. */
  private static void assertClose(double[] actual, double[] expected, Offset<Double> offset) {
    if (!Arrays.equals(actual, expected)) {
      assertThat(actual).containsExactly(expected, offset);
    }
  }

  private static double[] numbers(String hex) {
    double[] numbers = new double[hex.length() / 16];
    ByteBuffer.wrap(HexFormat.of().parseHex(hex)).asDoubleBuffer().get(numbers);
    return numbers;
  }
}
