package org.ppo4j.benchmarks;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.ppo4j.agent.kernel.Kernels;

/**
 * The kernels of a layer of {@code width} inputs and outputs: {@code benchmarks/jmh
 * KernelsBenchmark}. The lines {@code :giga} are in 10^9 a second: multiply-adds of a product
 * (GMAC/s), elements of the other kernels.
 */
@State(Scope.Thread)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelsBenchmark {

  @Param({"16", "64", "100", "256", "1024"})
  public int width;

  @Param({"1", "8", "64", "256"})
  public int rows;

  private final Kernels kernels = Kernels.best();
  private int columns;
  private float[] input = {};
  private float[] output = {};
  private float[] weights = {};
  private float[] weightGradients = {};
  private float[] bias = {};
  private float[] moment1 = {};
  private float[] moment2 = {};

  /** Counts work, for JMH to report it per second. */
  @AuxCounters
  @State(Scope.Thread)
  public static class Work {
    public double giga;
  }

  @Setup
  public void fill() {
    columns = kernels.padded(width);
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);
    input = UpdateTiming.uniform(rows * width, random);
    output = UpdateTiming.uniform(rows * columns, random);
    weights = UpdateTiming.uniform(width * columns, random);
    weightGradients = UpdateTiming.uniform(width * columns, random);
    bias = UpdateTiming.uniform(columns, random);
    moment1 = UpdateTiming.uniform(width * columns, random);
    moment2 = new float[width * columns];
  }

  /** Y = X W + b; dX = dY W^T has the same shape. */
  @Benchmark
  public float[] forward(Work work) {
    kernels.multiply(rows, columns, width, input, width, 1, weights, bias, output);
    work.giga += 1e-9 * rows * width * width;
    return output;
  }

  /** dW = X^T dY. */
  @Benchmark
  public float[] weightGradient(Work work) {
    kernels.multiply(width, columns, rows, input, 1, width, output, bias, weightGradients);
    work.giga += 1e-9 * rows * width * width;
    return weightGradients;
  }

  @Benchmark
  public float[] tanh(Work work) {
    kernels.tanh(rows * columns, output);
    work.giga += 1e-9 * rows * columns;
    return output;
  }

  /** The optimiser's step on the layer's weights, including clipping. */
  @Benchmark
  public float[] adam(Work work) {
    int n = weights.length;
    float scale = 1 / (1 + (float) Math.sqrt(kernels.sumOfSquares(n, weightGradients)));
    kernels.adam(
        0, n, weights, weightGradients, moment1, moment2, scale, .9, .999, 1e-9f, 1f, 1e-5f);
    work.giga += 1e-9 * n;
    return weights;
  }
}
