package org.ppo4j.benchmarks.faults;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.StepBatch;
import org.ppo4j.gymnasium.PythonVectorEnv;

/** Steps environments without pause until it is ended, as a training does. */
final class SteppingThread implements AutoCloseable {
  private final PythonVectorEnv env;
  private final Thread thread;
  private final AtomicInteger ordered = new AtomicInteger();
  private volatile boolean ended;
  private final AtomicLong steps = new AtomicLong();
  private volatile @Nullable Throwable failure;

  SteppingThread(PythonVectorEnv env) {
    this.env = env;
    thread = Thread.ofPlatform().name("stepping").start(this::run);
  }

  private void run() {
    try {
      StepBatch batch = StepBatch.of(env);
      double[] actions = new double[env.numEnvs()];
      env.reset(1, batch);
      while (!ended) {
        int order = ordered.getAndSet(0);
        if (order > 0) {
          actions[order >> 8] = order & 0xff;
        }
        env.step(actions, batch);
        if (order > 0) {
          actions[order >> 8] = 0;
        }
        steps.incrementAndGet();
      }
    } catch (RuntimeException | Error e) {
      failure = e;
    }
  }

  /** Has the next step of a sub-environment commit a fault of {@link Workers#FAULTS}. */
  void order(int env, int fault) {
    ordered.set(env << 8 | (fault + 1));
  }

  /** Returns the number of steps that were done. */
  long steps() {
    return steps.get();
  }

  /** Waits until a condition is true; throws if stepping fails or 90 s pass. */
  void await(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      Throwable thrown = failure;
      if (thrown != null) {
        throw new IllegalStateException("stepping failed", thrown);
      }
      if (System.nanoTime() - start > 90_000_000_000L) {
        throw new IllegalStateException("stepping hangs");
      }
      LockSupport.parkNanos(200_000);
    }
  }

  @Override
  public void close() {
    ended = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
