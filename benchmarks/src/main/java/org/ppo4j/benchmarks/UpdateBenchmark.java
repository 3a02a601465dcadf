package org.ppo4j.benchmarks;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.agent.Learners;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;

/**
 * One update, all epochs and minibatches, of two 64-64 networks: {@code benchmarks/jmh
 * UpdateBenchmark}; minibatches of other sizes with {@code -p minibatch=4096}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class UpdateBenchmark {

  /** The task whose sizes are used. */
  @Param({"CartPole", "HalfCheetah"})
  public String task = "";

  @Param("64")
  public int width;

  /** Rows of a minibatch; 0 for the task's default. The batch has at least one minibatch. */
  @Param("0")
  public int minibatch;

  @Param({"1", "2"})
  public int threads;

  @SuppressWarnings("NullAway.Init") // set by prepare
  private SimdActorCritic network;

  @SuppressWarnings("NullAway.Init")
  private Learner update;

  @SuppressWarnings("NullAway.Init")
  private Rollout rollout;

  @Setup
  public void prepare() {
    boolean discrete = task.equals("CartPole");
    Space actions = discrete ? new Space.Discrete(2) : Space.Box.of(-1, 1, 6, DType.FLOAT32);
    int features = discrete ? 4 : 17;
    PpoConfig config = config(actions);
    NetworkSpec spec =
        new NetworkSpec(
            features,
            List.of(width, width),
            Activation.TANH,
            ActionDistribution.outputs(actions, config.action(), 0),
            ActionDistribution.logStdSize(actions, config.action(), 0));
    network = new SimdActorCritic(spec, threads);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    OrthogonalInit.initialize(network, 0.01, 0, random);
    ActionDistribution distribution = ActionDistribution.of(actions, config.action(), spec);
    update = Learners.of(Algorithm.PPO, config, network, distribution, random);
    rollout = UpdateTiming.rollout(config, network, distribution, random);
  }

  @TearDown
  public void close() {
    network.close();
  }

  private PpoConfig config(Space actions) {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, actions).with(c -> c.hiddenSizes(List.of(width, width)));
    if (minibatch == 0) {
      return config;
    }
    int batch = Math.max(config.batchSize(), minibatch);
    return config.with(
        c -> c.numSteps(batch / config.collect().numEnvs()).numMinibatches(batch / minibatch));
  }

  @Benchmark
  public Metrics update() {
    return update.learn(rollout, 1e-9, 0.2);
  }
}
