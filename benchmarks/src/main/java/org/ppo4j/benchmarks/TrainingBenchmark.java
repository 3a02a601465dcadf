package org.ppo4j.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.VectorEnv;

/**
 * A whole small training in a new JVM, including its warm-up but not its start: {@code
 * benchmarks/jmh TrainingBenchmark}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@Fork(5)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
public class TrainingBenchmark {

  @Param({"CartPole-v1", "HalfCheetah-v5"})
  public String task = "";

  @Param("51200")
  public long steps;

  @Param({"1", "2"})
  public int threads;

  @Benchmark
  public long training() {
    try (VectorEnv one = Stepping.inJava(task, 1, threads)) {
      PpoConfig config =
          PpoConfig.of(Profile.DEFAULT, one.spec().actionSpace())
              .with(c -> c.totalTimesteps(steps));
      try (VectorEnv env = Stepping.inJava(task, config.collect().numEnvs(), threads);
          ActorCritic network =
              ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config), threads)) {
        Ppo ppo = new Ppo(env, Algorithm.PPO, config, network, 1);
        ppo.train(new TrainingListener() {});
        return ppo.globalStep();
      }
    }
  }
}
