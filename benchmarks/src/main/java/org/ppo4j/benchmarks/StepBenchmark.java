package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** Steps environments with actions that were drawn beforehand. */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class StepBenchmark {
  @SuppressWarnings("NullAway.Init") // set by start
  private VectorEnv env;

  @SuppressWarnings("NullAway.Init")
  private StepBatch batch;

  private double[][] actions = {};
  private int i;

  /** Counts environment steps, for JMH to report them per second. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Steps {
    /** Steps of single environments. */
    public long steps;
  }

  abstract VectorEnv open();

  @Setup
  public void start() {
    env = open();
    batch = StepBatch.of(env);
    actions = Stepping.actions(env);
    env.reset(1, batch);
  }

  @TearDown
  public void close() {
    env.close();
  }

  @Benchmark
  public StepBatch step(Steps counter) {
    env.step(actions[i++ % actions.length], batch);
    counter.steps += env.numEnvs();
    return batch;
  }
}
