package org.ppo4j.agent.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.Ppo;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;

/**
 * Vectors of every length give the bytes of the scalar kernels, kernel by kernel and at the end of
 * a training whose networks, 3-13-40-1, and minibatches, 42 rows and a last one of 6, fill no
 * vector. A JVM has one length, so each is tried in a separate process.
 */
class LanesTest {
  private static final String VECTOR_API = "--add-modules=jdk.incubator.vector";
  private static final int[] SIZES = {1, 3, 4, 8, 13, 16, 17, 40};

  private static String scalar = "";

  /** What a child prints: its lanes and the checksum of what it has learnt. */
  private record Answer(int lanes, String checksum) {}

  @BeforeAll
  static void trainWithoutVectors() throws Exception {
    Answer answer = run(List.of());
    assertThat(answer.lanes).isEqualTo(1);
    scalar = answer.checksum;
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 32, 64})
  void vectorsOfEveryLengthGiveTheSameBytes(int bytes) throws Exception {
    // Java uses AVX-512 unasked on some processors only; other architectures have no such option.
    List<String> options = new ArrayList<>(List.of(VECTOR_API, "-XX:MaxVectorSize=" + bytes));
    if (bytes == 64) {
      options.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=3"));
    }
    Answer answer = run(options);
    assumeTrue(
        answer.lanes * Float.BYTES == bytes,
        "this processor has no vectors of " + bytes + " bytes");
    assertThat(answer.checksum).isEqualTo(scalar);
  }

  /**
   * In Java's own stand-ins where the processor has none; the shapes are those of the real ones.
   */
  @ParameterizedTest
  @ValueSource(ints = {256, 512})
  void lengthsThatTheProcessorMayNotHaveGiveTheSameBytes(int bits) throws Exception {
    Answer answer = run(List.of(VECTOR_API, "-Dppo4j.vectorBits=" + bits));
    assertThat(answer.lanes).isEqualTo(bits / Float.SIZE);
    assertThat(answer.checksum).isEqualTo(scalar);
  }

  private static Answer run(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LanesTest.class.getName());
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    String[] words = output.lines().toList().getLast().split(" ", -1);
    return new Answer(Integer.parseInt(words[0]), words[1]);
  }

  /** Tries the kernels where there are vectors, trains, and prints an {@link Answer}. */
  public static void main(String[] args) {
    int lanes = Kernels.best().padding();
    if (lanes > 1) {
      tryKernels();
    }
    System.out.println(lanes + " " + trainedChecksum());
  }

  private static void tryKernels() {
    KernelsTest test = new KernelsTest();
    // rows that are padded to an odd number of lines
    for (int columns : new int[] {256, 300, 512}) {
      test.multiplyAgrees(5, columns, 300);
      test.multiplyGatheredAgrees(5, columns, 300);
    }
    for (int m : SIZES) {
      test.elementwiseKernelsAgree(m);
      test.adamAgrees(m);
      test.bytesAreDividedBy255(m);
      for (int n : SIZES) {
        test.columnSumsAgree(m, n);
        for (int k : SIZES) {
          test.multiplyAgrees(m, n, k);
          test.multiplyGatheredAgrees(m, n, k);
        }
      }
    }
  }

  private static String trainedChecksum() {
    try (VectorEnv env = Envs.make("Pendulum-v1", 3)) {
      PpoConfig config =
          PpoConfig.of(Profile.DEFAULT, env.spec().actionSpace())
              .with(
                  c ->
                      c.numEnvs(3)
                          .numSteps(100)
                          .numMinibatches(7)
                          .totalTimesteps(1200L)
                          .hiddenSizes(List.of(13, 40)));
      try (ActorCritic network =
          ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
        float[] start = network.parameters().clone();
        new Ppo(env, Algorithm.PPO, config, network, 1).train(new TrainingListener() {});
        assertThat(network.parameters()).isNotEqualTo(start).doesNotContain(Float.NaN);
        return checksum(network.parameters());
      }
    }
  }

  private static String checksum(float[] numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
    bytes.asFloatBuffer().put(numbers);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return Long.toHexString(crc.getValue());
  }
}
