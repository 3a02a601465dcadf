package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.agent.bench.Stepping;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * One vector step of Gymnasium's environments in Python workers: {@code benchmarks/jmh
 * BridgedStepBenchmark}. The line {@code step:steps} counts steps of single environments. What of
 * it is the bridge's own cost, {@link BridgeOverhead} tells.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class BridgedStepBenchmark {

  @Param({"CartPole-v1", "HalfCheetah-v5"})
  public String task = "";

  @Param({"2", "8", "64"})
  public int envs;

  /** Python processes. */
  @Param({"1", "2"})
  public int workers;

  @SuppressWarnings("NullAway.Init") // set by open
  private VectorEnv env;

  @SuppressWarnings("NullAway.Init")
  private StepBatch batch;

  private double[][] actions = {};
  private int i;

  @Setup
  public void open() {
    env = Stepping.inPython(task, envs, workers);
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
    counter.steps += envs;
    return batch;
  }
}
