package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.Param;
import org.ppo4j.env.VectorEnv;

/**
 * One vector step of Gymnasium's environments in Python workers: {@code benchmarks/jmh
 * BridgedStepBenchmark}. The line {@code step:steps} counts steps of single environments. {@link
 * BridgeOverhead} measures the bridge's share.
 */
public class BridgedStepBenchmark extends StepBenchmark {

  @Param({"CartPole-v1", "HalfCheetah-v5"})
  public String task = "";

  @Param({"2", "8", "64"})
  public int envs;

  /** Python processes. */
  @Param({"1", "2"})
  public int workers;

  @Override
  VectorEnv open() {
    return Stepping.inPython(task, envs, workers);
  }
}
