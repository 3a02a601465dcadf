package org.ppo4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many threads at one policy, and what a call allocates. */
class PolicyConcurrencyTest {
  private static final int ROWS = 1000;
  private static final int CALLS = 100_000;

  private final double[] observations = new Random(1).doubles(ROWS * 4, -3, 3).toArray();
  private final double[] expected = new double[ROWS * 2];

  @TempDir private Path folder;

  @Test
  void eightThreadsGetTheActionsThatOneGets() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      assertNoWrongActions(policy, executor, 8, CALLS);
    } finally {
      executor.shutdownNow();
    }
  }

  /** More threads than the pool has slots; the tests run on a JDK that has virtual threads. */
  @Test
  void virtualThreadsGetTheActionsThatOneGets() throws Exception {
    ExecutorService executor =
        (ExecutorService) Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      assertNoWrongActions(policy, executor, 2000, 100);
    } finally {
      executor.shutdownNow();
    }
  }

  @Test
  void closingWhileOthersActEndsThemWithIllegalState() throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(4);
    Policy policy = PolicyFiles.random(1).load(folder);
    policy.act(observations, ROWS, expected);
    List<Future<Integer>> wrong = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      int from = thread * 50;
      wrong.add(
          executor.submit(
              () -> {
                int sum = 0;
                try {
                  while (true) {
                    sum += wrongActions(policy, from, 100);
                  }
                } catch (IllegalStateException e) {
                  return sum;
                }
              }));
    }
    policy.close();
    for (Future<Integer> future : wrong) {
      assertThat(future.get()).isZero();
    }
    executor.shutdownNow();
  }

  @Test
  void actingAllocatesNothing() throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Policy policy = PolicyFiles.random(1).load(folder)) {
      double[] observation = {1, 2, 3, 4};
      double[] action = new double[2];
      double[] batch = new double[ROWS * 2];
      actRepeatedly(policy, observation, action, batch, threads);
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 5 && allocated > 0; round++) {
        allocated = actRepeatedly(policy, observation, action, batch, threads);
      }
      assertThat(allocated).isZero();
    }
  }

  private long actRepeatedly(
      Policy policy, double[] observation, double[] action, double[] batch, ThreadMXBean threads) {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 20_000; i++) {
      policy.act(observation, action);
    }
    policy.act(observations, ROWS, batch);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private void assertNoWrongActions(Policy policy, ExecutorService executor, int tasks, int calls)
      throws Exception {
    policy.act(observations, ROWS, expected);
    List<Callable<Integer>> work = new ArrayList<>();
    for (int task = 0; task < tasks; task++) {
      int from = task * 37;
      work.add(() -> wrongActions(policy, from, calls));
    }
    int wrong = 0;
    for (Future<Integer> future : executor.invokeAll(work)) {
      wrong += future.get();
    }
    assertThat(wrong).isZero();
  }

  private int wrongActions(Policy policy, int from, int calls) {
    double[] observation = new double[4];
    double[] action = new double[2];
    int wrong = 0;
    for (int call = 0; call < calls; call++) {
      int row = (from + call) % ROWS;
      System.arraycopy(observations, row * 4, observation, 0, 4);
      policy.act(observation, action);
      if (action[0] != expected[row * 2] || action[1] != expected[row * 2 + 1]) {
        wrong++;
      }
    }
    return wrong;
  }
}
