package org.ppo4j.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
import org.ppo4j.policy.Policy;

/**
 * A policy of HalfCheetah's sizes, 17 inputs and 6 outputs, loaded and acting: {@code
 * benchmarks/jmh PolicyBenchmark}; with {@code -t 2} on two threads, with {@code -jvm} on another
 * JDK. {@link #load} is measured once in each of ten new JVMs, class loading included.
 */
@State(Scope.Benchmark)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PolicyBenchmark {
  private static final int INPUTS = 17;
  private static final int OUTPUTS = 6;

  /** Of both hidden layers. */
  @Param({"64", "256"})
  public int width;

  private final double[] observation = new double[INPUTS];

  @SuppressWarnings("NullAway.Init") // set by prepare
  private Path file;

  /** An action for each thread. */
  @State(Scope.Thread)
  public static class Action {
    final double[] numbers = new double[OUTPUTS];
  }

  @Setup
  public void prepare() throws IOException {
    file = Files.createTempFile("policy-benchmark", ".zip");
    write(file, width);
    Random random = new Random(1);
    for (int i = 0; i < INPUTS; i++) {
      observation[i] = random.nextGaussian();
    }
  }

  @TearDown
  public void delete() throws IOException {
    Files.delete(file);
  }

  @Benchmark
  @BenchmarkMode(Mode.AverageTime)
  @Fork(1)
  @Warmup(iterations = 3, time = 1)
  @Measurement(iterations = 5, time = 1)
  public double[] act(Loaded loaded, Action action) {
    loaded.policy.act(observation, action.numbers);
    return action.numbers;
  }

  @Benchmark
  @BenchmarkMode(Mode.SingleShotTime)
  @OutputTimeUnit(TimeUnit.MILLISECONDS)
  @Fork(10)
  @Warmup(iterations = 0)
  @Measurement(iterations = 1)
  public Policy load() {
    return Policy.load(file);
  }

  /** The loaded policy, which the benchmark of loading must not have. */
  @State(Scope.Benchmark)
  public static class Loaded {
    @SuppressWarnings("NullAway.Init") // set by load
    private Policy policy;

    @Setup
    public void load(PolicyBenchmark benchmark) {
      policy = Policy.load(benchmark.file);
    }
  }

  /** Writes a policy file with random parameters, see docs/file-format.md. */
  private static void write(Path file, int width) throws IOException {
    int actor = INPUTS * width + width + width * width + width + width * OUTPUTS + OUTPUTS;
    int critic = INPUTS * width + width + width * width + width + width + 1;
    ByteBuffer parameters =
        ByteBuffer.allocate((actor + OUTPUTS + critic) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    Random random = new Random(2);
    while (parameters.hasRemaining()) {
      parameters.putFloat((float) random.nextGaussian() / width);
    }
    ByteBuffer ones = ByteBuffer.allocate(INPUTS * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (ones.hasRemaining()) {
      ones.putDouble(1);
    }
    String manifest =
        """
        {"format_version": 4, "algorithm": "ppo", "policy": {
           "observation_space": %s, "action_space": %s,
           "network": {"type": "mlp", "inputs": %d, "hidden_sizes": [%d, %d], "activation": "tanh",
             "shared_trunk": false, "outputs": %d, "log_std_size": %d},
           "action_bounds": "clip", "normalize_observations": true, "clip_observations": 10.0},
         "arrays": [%s, %s, %s]}
        """
            .formatted(
                box(INPUTS),
                box(OUTPUTS),
                INPUTS,
                width,
                width,
                OUTPUTS,
                OUTPUTS,
                array("network/parameters", "float32", parameters, Float.BYTES),
                array("policy/observation_mean", "float64", ones, Double.BYTES),
                array("policy/observation_variance", "float64", ones, Double.BYTES));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      put(zip, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
      put(zip, "arrays/network/parameters", parameters.array());
      put(zip, "arrays/policy/observation_mean", ones.array());
      put(zip, "arrays/policy/observation_variance", ones.array());
    }
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(bytes);
    zip.closeEntry();
  }

  private static String array(String name, String dtype, ByteBuffer bytes, int elementBytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate().clear());
    return "{\"name\": \"%s\", \"dtype\": \"%s\", \"length\": %d, \"crc32\": %d}"
        .formatted(name, dtype, bytes.capacity() / elementBytes, crc.getValue());
  }

  private static String box(int size) {
    String low = String.join(", ", Collections.nCopies(size, "-1.0"));
    String high = String.join(", ", Collections.nCopies(size, "1.0"));
    return "{\"type\": \"box\", \"low\": [%s], \"high\": [%s], \"shape\": [%d], \"dtype\": \"float32\"}"
        .formatted(low, high, size);
  }
}
