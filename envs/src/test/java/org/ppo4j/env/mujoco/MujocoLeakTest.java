package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * {@code close} releases native memory, and so does a failure to make or step an environment: a
 * separate process makes hundreds of environments, and its resident size does not grow.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the resident size is read from /proc")
@EnabledIf("org.ppo4j.env.mujoco.MujocoTasksTest#isThere")
class MujocoLeakTest {
  private static final int WARM_UP = 200;
  private static final int CYCLES = 400;

  /** The growth limit; one cycle that released nothing would leave 1 MB or more. */
  private static final long KILOBYTES = 8 * 1024;

  @Test
  void hundredsOfEnvironmentsLeaveNothing() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xms32m",
                    "-Xmx32m",
                    "-XX:+AlwaysPreTouch",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MujocoLeakTest.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    assertThat(Long.parseLong(output)).as("growth in KB").isLessThan(KILOBYTES);
  }

  /** Makes environments, of which some fail, and prints the growth in KB. */
  public static void main(String[] args) throws IOException {
    Path broken = Files.createTempFile("broken", ".xml");
    try {
      Files.writeString(broken, "<mujoco><worldbdy/></mujoco>");
      for (int i = 0; i < WARM_UP; i++) {
        cycle(i, broken);
      }
      long before = residentKilobytes();
      for (int i = 0; i < CYCLES; i++) {
        cycle(i, broken);
      }
      System.out.println(residentKilobytes() - before);
    } finally {
      Files.delete(broken);
    }
  }

  /** Makes, steps and closes an environment; every fifth call also fails to make another one. */
  private static void cycle(int i, Path broken) {
    String id = i % 8 == 0 ? "Ant-v5" : "Hopper-v5"; // each simulation of Ant has its own memory
    try (VectorEnv env = Envs.make(id, 2, Map.of("num_threads", 1 + i % 2))) {
      StepBatch batch = StepBatch.of(env);
      double[] actions = new double[2 * env.spec().actionSpace().size()];
      env.reset(i, batch);
      env.step(actions, batch);
      env.step(actions, batch);
    }
    if (i % 5 == 0) {
      fail(i / 5, broken);
    }
  }

  private static void fail(int i, Path broken) {
    Map<String, Object> wrong =
        switch (i % 4) {
          case 0 -> Map.of("no_such_argument", 1); // rejected after all members are made
          case 1 -> Map.of("healthy_z_range", "(1, 0)"); // rejected in the first member
          case 2 -> Map.of("xml_file", broken.toString()); // rejected by MuJoCo
          default -> Map.of("num_threads", 0); // rejected before anything is allocated
        };
    try (VectorEnv made = Envs.make("Hopper-v5", 2, wrong)) {
      throw new AssertionError(made + " was made with " + wrong);
    } catch (IllegalArgumentException | EnvException e) {
      // expected
    }
  }

  private static long residentKilobytes() throws IOException {
    System.gc();
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(each -> each.startsWith("VmRSS:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("\\D", ""));
  }
}
