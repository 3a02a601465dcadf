package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/**
 * What a training allocates, in a separate process: how a JVM compiles code depends on everything
 * it ran before, and the Vector API boxes values if a kernel is compiled badly. The launcher
 * inlines less, and then the shuffles of an update allocate too (docs/results/2026-11-21-scaling).
 */
class AllocationTest {

  /** Less than the smallest object at each of the 128 vector steps of an iteration. */
  private static final long FEW_BYTES = 128 * 16;

  /**
   * After compilation, an iteration of 128 vector steps and 16 minibatches allocates less than
   * {@link #FEW_BYTES}. Compilation does not run in the background: after how many iterations it is
   * complete does not depend on the speed of the machine.
   */
  @ParameterizedTest
  @ValueSource(strings = {"0", "16"})
  void trainingAllocatesNothingPerStep(String lstm) throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-XX:+UseSerialGC",
                    "-XX:-BackgroundCompilation",
                    "-cp",
                    System.getProperty("java.class.path"),
                    AllocationTest.class.getName(),
                    lstm))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(Long.parseLong(output)).isPositive().isLessThan(FEW_BYTES);
  }

  /**
   * Trains CartPole-v1 with an LSTM of so many units until an iteration allocates few bytes, or to
   * the end, and prints the minimum number of bytes that an iteration allocated.
   */
  public static void main(String[] args) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, new Space.Discrete(2))
            .with(c -> c.lstm(Integer.parseInt(args[0])));
    long[] last = {0};
    long[] least = {Long.MAX_VALUE};
    try (VectorEnv env = Envs.make("CartPole-v1", config.collect().numEnvs());
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      Ppo ppo = new Ppo(env, Algorithm.PPO, config, network, 1);
      ppo.train(
          new TrainingListener() {
            @Override
            public void iteration(Iteration iteration) {
              long now = threads.getCurrentThreadAllocatedBytes();
              least[0] = Math.min(least[0], now - last[0]);
              last[0] = now;
              if (least[0] < FEW_BYTES) {
                ppo.stop();
              }
            }
          });
    }
    System.out.println(least[0]);
  }
}
