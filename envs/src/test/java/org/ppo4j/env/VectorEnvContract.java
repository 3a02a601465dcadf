package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The tests of the contract of {@link VectorEnv}, on the environments of {@link ContractSubjects}.
 * A subclass makes them; the tests assume nothing about the implementation.
 */
public abstract class VectorEnvContract extends ContractSubjects {

  /** {@code numpy.random.default_rng(42 + i).random(2)} of numpy 2.4.6, {@code [env, episode]}. */
  private static final double[][] DRAWS = {
    {0.7739560485559633, 0.4388784397520523}, {0.6522992627009107, 0.04377532363899661}
  };

  /** {@code numpy.random.default_rng(2**63 - 2 + i).random()}, {@code [env]}. */
  private static final double[] MAX_SEED_DRAWS = {0.660202198241821, 0.1754661243027813};

  @Test
  void specAndFirstObservationsHaveTheirShapes() {
    try (VectorEnv env = counting(2, Map.of())) {
      assertThat(env.numEnvs()).isEqualTo(2);
      assertThat(env.autoresetMode()).isEqualTo(AutoresetMode.SAME_STEP);
      assertThat(env.spec().actionSpace()).isEqualTo(new Space.Discrete(2));
      assertThat(env.spec().observationSpace())
          .isEqualTo(Space.Box.of(0, Double.POSITIVE_INFINITY, 3, DType.FLOAT64));
      StepBatch batch = StepBatch.of(env);
      Arrays.fill(batch.rewards, 9);
      Arrays.fill(batch.terminated, true);
      Arrays.fill(batch.truncated, true);
      env.reset(SEED, batch);
      assertThat(batch.observations).containsExactly(0, 0, DRAWS[0][0], 0, 0, DRAWS[1][0]);
      assertThat(batch.rewards).containsOnly(0);
      assertThat(batch.terminated).containsOnly(false);
      assertThat(batch.truncated).containsOnly(false);
    }
  }

  @Test
  void sameStepResetsInTheStepThatEndsAnEpisode() {
    try (VectorEnv env = counting(2, Map.of("terminate_at", 2))) {
      StepBatch batch = reset(env);
      Arrays.fill(batch.finalObservations, -7);
      for (int t = 1; t <= 4; t++) {
        env.step(new double[2], batch);
        boolean ends = t % 2 == 0;
        assertThat(batch.rewards).containsOnly(ends ? 2 : 1);
        assertThat(batch.terminated).containsOnly(ends);
        assertThat(batch.truncated).containsOnly(false);
        if (t == 1) {
          assertThat(batch.observations).containsExactly(0, 1, DRAWS[0][0], 0, 1, DRAWS[1][0]);
          assertThat(batch.finalObservations)
              .as("rows of running episodes are not written")
              .containsOnly(-7);
        } else if (t == 2) {
          assertThat(batch.observations).containsExactly(1, 0, DRAWS[0][1], 1, 0, DRAWS[1][1]);
          assertThat(batch.finalObservations).containsExactly(0, 2, DRAWS[0][0], 0, 2, DRAWS[1][0]);
          assertThat(batch.episodeReturns).containsOnly(3);
          assertThat(batch.episodeLengths).containsOnly(2);
        } else if (t == 3) {
          assertThat(batch.observations).containsExactly(1, 1, DRAWS[0][1], 1, 1, DRAWS[1][1]);
        }
      }
    }
  }

  @Test
  void nextStepResetsInTheStepAfter() {
    assumeTrue(modes().contains(AutoresetMode.NEXT_STEP));
    try (VectorEnv env =
        make(Subject.COUNTING, 1, Map.of("terminate_at", 2), AutoresetMode.NEXT_STEP)) {
      StepBatch batch = reset(env);
      double[][] observations = {{0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}, {2, 0}};
      double[] rewards = {1, 2, 0, 1, 2, 0};
      for (int t = 0; t < 6; t++) {
        env.step(new double[1], batch);
        assertThat(Arrays.copyOf(batch.observations, 2)).isEqualTo(observations[t]);
        assertThat(batch.rewards).containsExactly(rewards[t]);
        assertThat(batch.terminated).containsExactly(rewards[t] == 2);
        assertThat(batch.truncated).containsExactly(false);
        if (batch.isDone(0)) {
          assertThat(batch.episodeReturns).as("a reset is not a step").containsExactly(3);
          assertThat(batch.episodeLengths).containsExactly(2);
        }
      }
    }
  }

  @Test
  void disabledResetsNothing() {
    assumeTrue(modes().contains(AutoresetMode.DISABLED));
    try (VectorEnv env =
        make(Subject.COUNTING, 1, Map.of("terminate_at", 1), AutoresetMode.DISABLED)) {
      StepBatch batch = reset(env);
      env.step(new double[1], batch);
      assertThat(batch.observations).containsExactly(0, 1, DRAWS[0][0]);
      assertThat(batch.terminated).containsExactly(true);
      assertThat(batch.episodeReturns).containsExactly(1);
      assertThat(batch.episodeLengths).containsExactly(1);
      for (int i = 0; i < 2; i++) {
        assertIllegalState(() -> env.step(new double[1], batch));
      }
      env.reset(SEED, batch);
      assertThat(batch.observations).containsExactly(1, 0, DRAWS[0][0]);
      env.step(new double[1], batch);
      assertThat(batch.terminated).containsExactly(true);
    }
  }

  @Test
  void terminatedAndTruncatedAreSeparate() {
    assertEnd(Map.of("terminate_at", 3), 3, true, false);
    assertEnd(Map.of("truncate_at", 3), 3, false, true);
    assertEnd(Map.of("terminate_at", 2, "truncate_at", 3), 2, true, false);
    assertEnd(Map.of("terminate_at", 3, "truncate_at", 2), 2, false, true);
    assertEnd(Map.of("terminate_at", 2, "truncate_at", 2), 2, true, true);
  }

  private void assertEnd(
      Map<String, Object> kwargs, int length, boolean terminated, boolean truncated) {
    try (VectorEnv env = counting(1, kwargs)) {
      StepBatch batch = reset(env);
      for (int t = 1; t <= 3 * length; t++) {
        env.step(new double[1], batch);
        boolean ends = t % length == 0;
        assertThat(batch.terminated[0]).as("%s, step %d", kwargs, t).isEqualTo(ends && terminated);
        assertThat(batch.truncated[0]).as("%s, step %d", kwargs, t).isEqualTo(ends && truncated);
      }
    }
  }

  /** Sub-environments whose episodes end at different times agree with a model of each. */
  @ParameterizedTest
  @EnumSource(
      value = AutoresetMode.class,
      names = {"SAME_STEP", "NEXT_STEP"})
  void subEnvironmentsEndIndependently(AutoresetMode mode) {
    assumeTrue(modes().contains(mode));
    Map<String, Object> kwargs = Map.of("terminate_at", 2, "spread", 4, "truncate_at", 4);
    int numEnvs = 3;
    try (VectorEnv env = make(Subject.COUNTING, numEnvs, kwargs, mode)) {
      StepBatch batch = reset(env);
      int[] episode = new int[numEnvs];
      int[] step = new int[numEnvs];
      double[] draw = {row(batch, 0)[2], row(batch, 1)[2], row(batch, 2)[2]};
      boolean[] over = new boolean[numEnvs];
      int separateEnds = 0;
      for (int t = 0; t < 60; t++) {
        env.step(new double[numEnvs], batch);
        int ends = 0;
        for (int i = 0; i < numEnvs; i++) {
          boolean steps = !over[i];
          step[i] += steps ? 1 : 0;
          boolean terminates = steps && step[i] >= 2 + (int) (draw[i] * 4);
          boolean truncates = steps && step[i] >= 4;
          boolean done = terminates || truncates;
          assertThat(batch.terminated[i]).isEqualTo(terminates);
          assertThat(batch.truncated[i]).isEqualTo(truncates);
          assertThat(batch.rewards[i]).isEqualTo(steps ? step[i] : 0.0);
          if (done) {
            ends++;
            assertThat(batch.episodeReturns[i]).isEqualTo(step[i] * (step[i] + 1) / 2.0);
            assertThat(batch.episodeLengths[i]).isEqualTo(step[i]);
          }
          if (done && mode == AutoresetMode.SAME_STEP) {
            double[] last = Arrays.copyOfRange(batch.finalObservations, 3 * i, 3 * i + 3);
            assertThat(last).containsExactly(episode[i], step[i], draw[i]);
          }
          if (mode == AutoresetMode.SAME_STEP ? done : over[i]) {
            episode[i]++;
            step[i] = 0;
            draw[i] = row(batch, i)[2];
          }
          over[i] = mode == AutoresetMode.NEXT_STEP && done;
          assertThat(row(batch, i)).containsExactly(episode[i], step[i], draw[i]);
        }
        separateEnds += ends == 1 ? 1 : 0;
      }
      assertThat(separateEnds).as("steps in which one episode ended").isPositive();
    }
  }

  @Test
  void observationsAreInTheirSpace() {
    try (VectorEnv env = make(Subject.CART_POLE, 4, Map.of(), AutoresetMode.SAME_STEP)) {
      Space space = env.spec().observationSpace();
      assertThat(env.spec().maxEpisodeSteps()).isEqualTo(500);
      StepBatch batch = reset(env);
      int ends = 0;
      for (int t = 0; t < 200; t++) {
        env.step(actions(4, t, 0), batch);
        for (int i = 0; i < 4; i++) {
          assertThat(space.contains(batch.observations, 4 * i)).isTrue();
          if (batch.isDone(i)) {
            ends++;
            assertThat(space.contains(batch.finalObservations, 4 * i)).isTrue();
          }
        }
      }
      assertThat(ends).isPositive();
    }
  }

  @Test
  void sameSeedGivesSameBytesAndAnotherDoesNot() {
    double[][] first;
    try (VectorEnv env = make(Subject.CART_POLE, 3, Map.of(), AutoresetMode.SAME_STEP)) {
      first = traces(env, SEED, 0);
      double[][] other = traces(env, SEED + 100, 0);
      assertThat(other[0]).isNotEqualTo(first[0]);
      assertThat(first[1]).isNotEqualTo(first[0]);
      assertThat(traces(env, SEED, 0)).as("the same instance").isDeepEqualTo(first);
    }
    for (int i = 0; i < 3; i++) {
      try (VectorEnv single = make(Subject.CART_POLE, 1, Map.of(), AutoresetMode.SAME_STEP)) {
        assertThat(traces(single, SEED + i, i)[0]).as("sub-environment %d", i).isEqualTo(first[i]);
      }
    }
  }

  @Test
  void actionsArriveAsTheyAre() {
    double[][] box = {{0.5, -2.25}, {-1, 1024}};
    assertEchoes("box", Space.Box.of(-1, 1, 2, DType.FLOAT32), box);
    assertEchoes("discrete", new Space.Discrete(3, -1), new double[][] {{-1}, {0}, {1}});
    double[][] pairs = {{0, 5}, {2, 6}};
    Space pairSpace = new Space.MultiDiscrete(new int[] {3, 2}, new int[] {0, 5});
    assertEchoes("multi_discrete", pairSpace, pairs);
    double[][] binary = {{0, 0, 1}, {1, 1, 0}};
    assertEchoes("multi_binary", new Space.MultiBinary(3), binary);
  }

  private void assertEchoes(String name, Space space, double[][] rows) {
    Map<String, Object> kwargs = Map.of("space", name);
    try (VectorEnv env = make(Subject.ECHO, rows.length, kwargs, AutoresetMode.SAME_STEP)) {
      assertThat(env.spec().actionSpace()).isEqualTo(space);
      double[] actions = Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
      double[] given = actions.clone();
      StepBatch batch = reset(env);
      assertThat(batch.observations).containsOnly(0);
      env.step(given, batch);
      assertThat(given).as("the caller's array").isEqualTo(actions);
      assertThat(batch.observations).isEqualTo(actions);
      double[] sums = Arrays.stream(rows).mapToDouble(row -> Arrays.stream(row).sum()).toArray();
      assertThat(batch.rewards).isEqualTo(sums);
    }
  }

  @Test
  void invalidActionsAreRejected() {
    assertRejected("box", new double[] {0, 0, Double.NaN, 0}, new double[] {Double.NaN, 0, 0, 0});
    assertRejected("discrete", new double[] {0, -2}, new double[] {2, 0}, new double[] {0.5, 0});
    assertRejected("discrete", new double[] {Double.NaN, 0}, new double[] {0, 1e300});
    assertRejected("multi_discrete", new double[] {0, 4, 0, 5}, new double[] {0, 5, 3, 5});
    assertRejected(
        "multi_binary", new double[] {0, 0, 0, 2, 0, 0}, new double[] {-1, 0, 0, 0, 0, 0});
  }

  private void assertRejected(String name, double[]... wrong) {
    Map<String, Object> kwargs = Map.of("space", name);
    try (VectorEnv env = make(Subject.ECHO, 2, kwargs, AutoresetMode.SAME_STEP)) {
      StepBatch batch = reset(env);
      for (double[] actions : wrong) {
        assertIllegalArgument(() -> env.step(actions, batch));
      }
    }
  }

  @Test
  void rejectedCallsStepNothing() {
    try (VectorEnv env = counting(2, Map.of())) {
      StepBatch batch = reset(env);
      StepBatch tooFew = new StepBatch(1, 3);
      StepBatch tooNarrow = new StepBatch(2, 2);
      ThrowingCallable[] calls = {
        () -> env.step(new double[1], batch),
        () -> env.step(new double[3], batch),
        () -> env.step(new double[0], batch),
        () -> env.step(new double[] {0, 2}, batch),
        () -> env.step(new double[] {0, Double.NaN}, batch),
        () -> env.step(new double[2], tooFew),
        () -> env.step(new double[2], tooNarrow),
        () -> env.reset(-1, batch),
        () -> env.reset(Long.MAX_VALUE, batch),
        () -> env.reset(SEED, tooFew),
        () -> env.reset(SEED, tooNarrow)
      };
      for (int i = 0; i < calls.length; i++) {
        assertIllegalArgument(calls[i]);
        env.step(new double[2], batch);
        assertThat(batch.observations)
            .containsExactly(0, i + 1, DRAWS[0][0], 0, i + 1, DRAWS[1][0]);
      }
    }
  }

  @Test
  void largestSeedIsAccepted() {
    try (VectorEnv env = counting(2, Map.of())) {
      StepBatch batch = StepBatch.of(env);
      env.reset(Long.MAX_VALUE - 1, batch);
      assertThat(batch.observations)
          .containsExactly(0, 0, MAX_SEED_DRAWS[0], 0, 0, MAX_SEED_DRAWS[1]);
    }
  }

  @Test
  void someAreResetAndOthersContinue() {
    try (VectorEnv env = counting(3, Map.of("terminate_at", 3))) {
      StepBatch batch = StepBatch.of(env);
      assertIllegalState(() -> env.reset(new long[] {SEED, SEED, -1}, batch));
      env.reset(new long[] {SEED, SEED, SEED + 1}, batch);
      assertThat(batch.observations)
          .containsExactly(0, 0, DRAWS[0][0], 0, 0, DRAWS[0][0], 0, 0, DRAWS[1][0]);
      env.step(new double[3], batch);
      env.step(new double[3], batch);
      Arrays.fill(batch.truncated, true);
      double[] before = batch.observations.clone();
      batch.observations[0] = -7;
      env.reset(new long[] {-1, SEED + 1, -1}, batch);
      assertThat(batch.observations)
          .as("rows of those that continue are not written")
          .containsExactly(-7, 2, before[2], 1, 0, DRAWS[1][0], 0, 2, before[8]);
      assertThat(batch.rewards).containsExactly(2, 0, 2);
      assertThat(batch.truncated).containsExactly(true, false, true);
      env.step(new double[3], batch);
      assertThat(batch.terminated).containsExactly(true, false, true);
      assertThat(batch.episodeReturns[0]).isEqualTo(6);
      assertThat(row(batch, 1)).containsExactly(1, 1, DRAWS[1][0]);
      env.step(new double[3], batch);
      env.step(new double[3], batch);
      assertThat(batch.terminated).containsExactly(false, true, false);
      assertThat(batch.episodeReturns[1]).isEqualTo(6);
      assertThat(batch.episodeLengths[1]).isEqualTo(3);
      assertIllegalArgument(() -> env.reset(new long[] {SEED}, batch));
    }
  }

  @Test
  void batchesAreWrittenOnlyDuringTheCall() {
    try (VectorEnv env = counting(1, Map.of())) {
      StepBatch first = reset(env);
      StepBatch second = StepBatch.of(env);
      env.step(new double[1], second);
      assertThat(first.observations).containsExactly(0, 0, DRAWS[0][0]);
      assertThat(second.observations).containsExactly(0, 1, DRAWS[0][0]);
    }
  }

  @Test
  void stepsNeedAReset() {
    try (VectorEnv env = counting(1, Map.of())) {
      StepBatch batch = StepBatch.of(env);
      assertIllegalState(() -> env.step(new double[1], batch));
      assertIllegalArgument(() -> env.reset(-1, batch));
      assertIllegalState(() -> env.step(new double[1], batch));
      env.reset(SEED, batch);
      env.step(new double[1], batch);
      assertThat(batch.rewards).containsExactly(1);
    }
  }

  @Test
  void closedEnvironmentsRejectCalls() {
    VectorEnv env = counting(1, Map.of());
    StepBatch batch = reset(env);
    env.close();
    assertIllegalState(() -> env.step(new double[1], batch));
    assertIllegalState(() -> env.reset(SEED, batch));
    assertIllegalState(() -> env.reset(new long[] {SEED}, batch));
    env.close();
    counting(1, Map.of()).close();
  }

  /** The stepping thread is refused after the close, in the middle of a step or before the next. */
  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anotherThreadMayCloseBetweenAndDuringSteps() throws InterruptedException {
    for (int round = 0; round < 5; round++) {
      VectorEnv env = counting(2, Map.of());
      AtomicReference<Throwable> ended = new AtomicReference<>();
      CountDownLatch stepping = new CountDownLatch(20);
      Thread thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      StepBatch batch = reset(env);
                      while (true) {
                        env.step(new double[2], batch);
                        stepping.countDown();
                      }
                    } catch (Throwable e) {
                      ended.set(e);
                    }
                  });
      stepping.await();
      env.close();
      thread.join();
      assertThat(ended.get())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("closed");
      env.close();
    }
  }

  @Test
  void manyThreadsMayCloseAtOnce() throws InterruptedException {
    VectorEnv env = counting(2, Map.of());
    reset(env);
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Thread thread = Thread.ofPlatform().unstarted(env::close);
      thread.setUncaughtExceptionHandler((_, e) -> thrown.add(e));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(thrown).isEmpty();
    assertIllegalState(() -> env.reset(SEED, StepBatch.of(env)));
  }

  @Test
  void anInterruptedThreadClosesAndStaysInterrupted() {
    VectorEnv env = counting(2, Map.of());
    StepBatch batch = reset(env);
    Thread.currentThread().interrupt();
    try {
      env.close();
      assertThat(Thread.currentThread().isInterrupted()).isTrue();
    } finally {
      boolean _ = Thread.interrupted();
    }
    assertIllegalState(() -> env.step(new double[2], batch));
  }

  @Test
  void environmentsOfTwoThreadsAreThoseOfOne() {
    double[][] alone;
    try (VectorEnv env = counting(2, Map.of("terminate_at", 3, "spread", 5))) {
      alone = traces(env, SEED, 0);
    }
    List<CompletableFuture<double[][]>> together = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      together.add(
          CompletableFuture.supplyAsync(
              () -> {
                try (VectorEnv env = counting(2, Map.of("terminate_at", 3, "spread", 5))) {
                  return traces(env, SEED, 0);
                }
              }));
    }
    assertThat(together).allSatisfy(traces -> assertThat(traces.join()).isDeepEqualTo(alone));
  }

  @Test
  void failedEnvironmentsCanOnlyBeClosed() {
    VectorEnv env = counting(2, Map.of("fail_at", 2));
    StepBatch batch = reset(env);
    env.step(new double[2], batch);
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> env.step(new double[2], batch))
        .withMessageContaining("the spring broke")
        .withMessageContaining("sub-environment 0");
    assertIllegalState(() -> env.step(new double[2], batch));
    assertIllegalState(() -> env.reset(SEED, batch));
    env.close();
  }
}
