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
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.VectorEnv;

/**
 * One rollout of native environments with 64-64 networks on one thread: {@code benchmarks/jmh
 * CollectionBenchmark}. The line {@code collect:steps} counts steps of single environments.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CollectionBenchmark {
  private static final int BATCH = 2048;

  @Param({"CartPole-v1", "HalfCheetah-v5"})
  public String task = "";

  @Param({"1", "8", "64"})
  public int envs;

  @SuppressWarnings("NullAway.Init") // set by open
  private Loop loop;

  @Setup
  public void open() {
    VectorEnv env = Stepping.inJava(task, envs, 1);
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, env.spec().actionSpace())
            .with(c -> c.numEnvs(envs).numSteps(BATCH / envs));
    loop = new Loop(env, config, 1);
  }

  @TearDown
  public void close() {
    loop.close();
  }

  @Benchmark
  public void collect(StepBenchmark.Steps counter) {
    loop.collect();
    counter.steps += BATCH;
  }
}
