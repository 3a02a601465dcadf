package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.ppo4j.env.VectorEnv;

/**
 * One vector step of native environments: {@code benchmarks/jmh NativeStepBenchmark}. The line
 * {@code step:steps} counts steps of single environments.
 */
public class NativeStepBenchmark extends StepBenchmark {

  @Param({"CartPole-v1", "Acrobot-v1", "Pendulum-v1", "HalfCheetah-v5", "Hopper-v5"})
  public String task = "";

  @Param({"1", "8", "64"})
  public int envs;

  /** Threads of MuJoCo's tasks; other tasks use one. */
  @Param("1")
  public int threads;

  @Override
  VectorEnv open() {
    return Stepping.inJava(task, envs, threads);
  }
}
