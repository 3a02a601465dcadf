package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.evaluate.Evaluator;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

@Tag("python")
class PythonVectorEnvTest {

  @Test
  void describesHalfCheetah() {
    PythonEnvConfig config =
        TestWorkers.gymnasium("HalfCheetah-v5", 1).withKwargs(Map.of("ctrl_cost_weight", 0.2));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      EnvSpec spec = env.spec();
      double inf = Double.POSITIVE_INFINITY;
      assertThat(spec.observationSpace()).isEqualTo(Space.Box.of(-inf, inf, 17, DType.FLOAT64));
      assertThat(spec.actionSpace()).isEqualTo(Space.Box.of(-1, 1, 6, DType.FLOAT32));
      assertThat(spec.maxEpisodeSteps()).isEqualTo(1000);
      assertThat(spec.kwargs()).isEqualTo(config.kwargs());
      assertThat(spec.versions())
          .containsKeys("python", "numpy", "py4j", "ppo4j_bridge")
          .containsEntry("gymnasium", "1.4.0")
          .containsEntry("mujoco", "4.0.0");
    }
  }

  @Test
  void imagesAreTheSameAsBytesAndAsDoubles() {
    PythonEnvConfig config =
        TestWorkers.gymnasium("CarRacing-v3", 2).withKwargs(Map.of("max_episode_steps", 3));
    try (VectorEnv one = PythonVectorEnv.open(config);
        VectorEnv other = PythonVectorEnv.open(config)) {
      assertThat(one.givesBytes()).isTrue();
      StepBatch doubles = StepBatch.of(one);
      StepBatch bytes = StepBatch.ofBytes(other);
      assertThat(bytes.observations).isEmpty();
      one.reset(3, doubles);
      other.reset(3, bytes);
      for (int step = 0; step < 5; step++) {
        assertSamePixels(bytes.byteObservations, doubles.observations);
        double[] actions = {0.5, 1, 0, -0.5, 0, 1};
        one.step(actions, doubles);
        other.step(actions, bytes);
        if (step == 2) {
          assertThat(bytes.truncated).containsOnly(true);
          assertSamePixels(bytes.finalByteObservations, doubles.finalObservations);
        }
      }
    }
  }

  /**
   * Images of dictionaries are bytes too, and the other parts are the numbers; neither depends on
   * how many sub-environments a worker has.
   */
  @ParameterizedTest
  @CsvSource({"images, 6", "odd image, 9", "odd floats, 0"})
  void imagesOfDictionariesAreTheSameAsBytesAndAsDoubles(String name, int pixels) {
    PythonEnvConfig config = TestWorkers.config("Show", 3).withKwargs(Map.of("space", name));
    try (VectorEnv one = PythonVectorEnv.open(config.withWorkers(3));
        VectorEnv other = PythonVectorEnv.open(config.withWorkers(1))) {
      assertThat(one.givesBytes()).isEqualTo(pixels > 0);
      StepBatch doubles = StepBatch.of(one);
      StepBatch bytes = StepBatch.ofBytes(other);
      Space space = one.spec().observationSpace();
      assertThat(bytes.byteObservations).hasSize(3 * pixels);
      assertThat(bytes.observations).hasSize(3 * (space.size() - pixels));
      one.reset(3, doubles);
      other.reset(3, bytes);
      for (int step = 0; step < 4; step++) {
        assertThat(joined(space, bytes.observations, bytes.byteObservations, 3))
            .isEqualTo(doubles.observations);
        one.step(new double[3], doubles);
        other.step(new double[3], bytes);
        if (step == 1) {
          assertThat(bytes.truncated).containsOnly(true);
          assertThat(joined(space, bytes.finalObservations, bytes.finalByteObservations, 3))
              .isEqualTo(doubles.finalObservations);
        }
      }
    }
  }

  /** Returns observations whose leaves are all numbers. */
  private static double[] joined(Space space, double[] numbers, byte[] bytes, int rows) {
    double[] joined = new double[rows * space.size()];
    int at = 0;
    int number = 0;
    int pixel = 0;
    for (int row = 0; row < rows; row++) {
      for (Space leaf : space.leaves()) {
        for (int i = 0; i < leaf.size(); i++) {
          joined[at++] = leaf.holdsBytes() ? Byte.toUnsignedInt(bytes[pixel++]) : numbers[number++];
        }
      }
    }
    return joined;
  }

  private static void assertSamePixels(byte[] bytes, double[] doubles) {
    double[] converted = new double[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      converted[i] = Byte.toUnsignedInt(bytes[i]);
    }
    assertThat(converted).isEqualTo(doubles);
  }

  @Test
  void vectorsAreNoBytes() {
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.gymnasium("Pendulum-v1", 1))) {
      assertThat(env.givesBytes()).isFalse();
    }
  }

  /** Neither the signal of steps nor the number of processes changes a number. */
  @ParameterizedTest
  @CsvSource({"SHARED_MEMORY, 2", "SHARED_MEMORY, 5", "PY4J_CALL, 1", "PY4J_CALL, 3"})
  void sameNumbersHoweverItIsHosted(StepSignal signal, int workers) {
    PythonEnvConfig config = TestWorkers.gymnasium("Pendulum-v1", 5);
    try (VectorEnv one = PythonVectorEnv.open(config, StepSignal.SHARED_MEMORY);
        VectorEnv other = PythonVectorEnv.open(config.withWorkers(workers), signal)) {
      StepBatch expected = StepBatch.of(one);
      StepBatch actual = StepBatch.of(other);
      one.reset(3, expected);
      other.reset(3, actual);
      assertThat(actual.observations).isEqualTo(expected.observations);
      Random random = new Random(8);
      for (int t = 1; t <= 401; t++) {
        double[] actions = random.doubles(5, -2, 2).toArray();
        one.step(actions, expected);
        other.step(actions, actual);
        assertThat(actual).usingRecursiveComparison().isEqualTo(expected);
        assertThat(actual.truncated).containsOnly(t % 200 == 0);
      }
    }
  }

  @Test
  void observationsOfEveryTypeBecomeNumbers() {
    for (String space :
        new String[] {"uint8", "float32", "int32", "discrete", "multi_binary", "images"}) {
      PythonEnvConfig config = TestWorkers.config("Show", 2).withKwargs(Map.of("space", space));
      try (VectorEnv env = PythonVectorEnv.open(config)) {
        StepBatch batch = StepBatch.of(env);
        env.reset(1, batch);
        int size = batch.observationSize();
        boolean different = false;
        for (int t = 0; t < 6; t++) {
          double[] before = batch.observations.clone();
          env.step(new double[2], batch);
          assertThat(env.spec().observationSpace().contains(batch.observations, size)).isTrue();
          different |= !Arrays.equals(before, batch.observations);
          if (batch.isDone(1)) {
            assertThat(env.spec().observationSpace().contains(batch.finalObservations, size))
                .isTrue();
          }
        }
        assertThat(different).isTrue();
      }
    }
  }

  @Test
  void infiniteArgumentsArriveAsNumbers() {
    PythonEnvConfig config =
        TestWorkers.config("Counting", 1)
            .withKwargs(Map.of("terminate_at", Double.POSITIVE_INFINITY, "truncate_at", 2));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      env.step(new double[1], batch);
      env.step(new double[1], batch);
      assertThat(batch.terminated).containsExactly(false);
      assertThat(batch.truncated).containsExactly(true);
    }
  }

  /** A program that is started from its source, or in a container, has another one. */
  @Test
  void anyContextClassLoaderWillDo() {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(ClassLoader.getPlatformClassLoader());
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 1))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      env.step(new double[1], batch);
      assertThat(batch.rewards).containsExactly(1);
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  @Test
  void aStepLongAfterTheLastIsCarriedOutOnce() {
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 2))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(0, batch);
      for (int t = 1; t <= 300; t++) {
        LockSupport.parkNanos(
            t % 4 * 400_000L); // about the idle time: some requests are posted while it ends
        env.step(new double[2], batch);
        assertThat(batch.rewards).containsOnly(t);
      }
    }
  }

  /**
   * Some time after a session no thread of the worker has run at all for a while. One that spins is
   * runnable whenever it is looked at, and one that sleeps and looks again gives its processor away
   * in between, however slow the machine is.
   */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "threads are listed in /proc")
  void workersSleepBetweenSessions() throws InterruptedException {
    try (VectorEnv env = PythonVectorEnv.open(TestWorkers.config("Counting", 1))) {
      env.reset(0, StepBatch.of(env));
      long worker = TestWorkers.running().getFirst().pid();
      int[] unchanged = {0};
      List<List<String>> last = new ArrayList<>(List.of(List.of()));
      assertThat(
              TestWorkers.becomesTrue(
                  () -> {
                    List<String> threads = threads(worker);
                    boolean asleep =
                        threads.equals(last.set(0, threads))
                            && threads.stream().allMatch(each -> each.contains("State:\tS"));
                    unchanged[0] = asleep ? unchanged[0] + 1 : 0;
                    return unchanged[0] == 30;
                  }))
          .as("all threads of the worker sleep")
          .isTrue();
    }
  }

  /** Returns, of each thread, whether it runs and how often it has given its processor away. */
  private static List<String> threads(long process) {
    try (Stream<Path> threads = Files.list(Path.of("/proc/%d/task".formatted(process)))) {
      List<String> states = new ArrayList<>();
      for (Path thread : threads.sorted().toList()) {
        states.add(
            Files.readAllLines(thread.resolve("status")).stream()
                .filter(line -> line.startsWith("State") || line.contains("ctxt_switches"))
                .collect(Collectors.joining(" ")));
      }
      return states;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void wholeVectorEnvironments() {
    PythonEnvConfig config = TestWorkers.config("CountingVector", 4).withWorkers(2);
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(10, batch);
      assertThat(batch.observations).containsExactly(10, 0, 11, 0, 12, 0, 13, 0);
      env.step(new double[] {0, 1, 0, 1}, batch);
      env.step(new double[] {0, 1, 0, 1}, batch);
      assertThat(batch.observations).containsExactly(10, 2, 11, 0, 12, 2, 13, 0);
      assertThat(batch.terminated).containsExactly(false, true, false, true);
      assertThat(batch.finalObservations[6]).isEqualTo(13);
      assertThat(batch.finalObservations[7]).isEqualTo(4);
    }
  }

  @Test
  void rendersTheFirstEnvironment() {
    try (PythonVectorEnv env =
        PythonVectorEnv.open(
            PythonEnvConfig.of("CartPole-v1", 2).withKwargs(Map.of("render_mode", "rgb_array")))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      RenderedFrame first = env.render();
      env.step(new double[] {1, 1}, batch);
      RenderedFrame second = env.render();
      assertThat(env.renderFps()).isEqualTo(50);
      assertThat(first.width()).isEqualTo(600);
      assertThat(first.height()).isEqualTo(400);
      assertThat(first.rgb()).startsWith(new byte[] {-1, -1, -1}).contains(0);
      assertThat(second.rgb()).isNotEqualTo(first.rgb());
    }
  }

  @Test
  void saysWhatRenderingNeeds() {
    try (PythonVectorEnv env = PythonVectorEnv.open(PythonEnvConfig.of("CartPole-v1", 1))) {
      env.reset(1, StepBatch.of(env));
      assertThatExceptionOfType(EnvException.class)
          .isThrownBy(env::render)
          .withMessageContaining("CartPole-v1 failed in render: ValueError: render() gave NoneType")
          .withMessageContaining("the environment needs the render mode rgb_array");
    }
  }

  @Test
  void anEvaluationCountsCutEpisodesAsTheirEnvironmentDoes(@TempDir Path folder) {
    Path file = folder.resolve("policy.zip");
    Map<String, Object> wrappers = Map.of("frame_skip", 2, "reward_sign", true);
    PythonEnvConfig config =
        TestWorkers.config("Counting", 2)
            .withKwargs(Map.of("terminate_at", 9, "ppo4j.wrappers", wrappers));
    try (VectorEnv env = PythonVectorEnv.open(config)) {
      assertThat(env.givesProgress()).isTrue();
      try (Training training =
          Training.on(env)
              .config(c -> c.numSteps(8).totalTimesteps(16).numMinibatches(1).updateEpochs(1))
              .build()) {
        training.run();
        training.save(file);
      }
      try (TrainedPolicy policy = TrainedPolicy.load(file)) {
        EvaluationResult result =
            Evaluator.run(env, policy, 4, false, 1, 16, () -> false).orElseThrow();
        assertThat(result.cut()).isEqualTo(2);
        assertThat(result.lengths()).as("five steps, and three").containsExactly(9, 6, 9, 6);
        assertThat(result.returns()).containsExactly(45, 21, 45, 21);
      }
    }
  }
}
