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
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.OrthogonalInit;

/**
 * Actor and critic of HalfCheetah, 17 inputs and 6 outputs, without a loss: {@code benchmarks/jmh
 * NetworkBenchmark}; with {@code -p engine=DL4J} the other engine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class NetworkBenchmark {
  private static final int INPUTS = 17;
  private static final int OUTPUTS = 6;

  @Param("SIMD")
  public Engine engine = Engine.SIMD;

  /** Of both hidden layers. */
  @Param({"64", "256"})
  public int width;

  @Param({"1", "8", "64", "256"})
  public int rows;

  @Param({"1", "2"})
  public int threads;

  @SuppressWarnings("NullAway.Init") // set by prepare
  private ActorCritic network;

  private float[] inputs = {};
  private float[] outputs = {};
  private float[] values = {};
  private float[] outputGradients = {};
  private float[] valueGradients = {};

  @Setup
  public void prepare() {
    NetworkSpec spec =
        new NetworkSpec(INPUTS, List.of(width, width), Activation.TANH, OUTPUTS, OUTPUTS);
    network = ActorCritics.create(engine, spec, threads);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    OrthogonalInit.initialize(network, 0.01, 0, random);
    inputs = UpdateTiming.uniform(rows * INPUTS, random);
    outputs = new float[rows * OUTPUTS];
    values = new float[rows];
    outputGradients = UpdateTiming.uniform(rows * OUTPUTS, random);
    valueGradients = UpdateTiming.uniform(rows, random);
  }

  @TearDown
  public void close() {
    network.close();
  }

  @Benchmark
  public float[] forward() {
    network.forward(inputs, rows, outputs, values);
    return outputs;
  }

  @Benchmark
  public float[] forwardAndBackward() {
    network.forward(inputs, rows, outputs, values);
    network.backward(inputs, rows, outputGradients, valueGradients);
    return network.gradients();
  }
}
