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
 * One vector step of native environments: {@code benchmarks/jmh NativeStepBenchmark}. The line
 * {@code step:steps} counts steps of single environments.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NativeStepBenchmark {

  @Param({"CartPole-v1", "Acrobot-v1", "Pendulum-v1", "HalfCheetah-v5", "Hopper-v5"})
  public String task = "";

  @Param({"1", "8", "64"})
  public int envs;

  /** Threads of MuJoCo's tasks; the others have one. */
  @Param("1")
  public int threads;

  @SuppressWarnings("NullAway.Init") // set by open
  private VectorEnv env;

  @SuppressWarnings("NullAway.Init")
  private StepBatch batch;

  private double[][] actions = {};
  private int i;

  @Setup
  public void open() {
    env = Stepping.inJava(task, envs, threads);
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
