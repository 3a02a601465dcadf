package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Environments that are opened and closed again and again leave nothing behind. */
@EnabledOnOs(OS.LINUX)
class OpenCloseTest {
  private static long entries(String folder) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.count();
    }
  }

  private static void cycles(int count) {
    for (int i = 0; i < count; i++) {
      try (VectorEnv env = Envs.make("CartPole-v1", 2, Map.of())) {
        StepBatch batch = StepBatch.of(env);
        env.reset(i, batch);
        env.step(new double[2], batch);
      }
    }
  }

  @Test
  void descriptorsAndThreadsStay() throws IOException {
    cycles(10);
    long descriptors = entries("/proc/self/fd");
    long threads = entries("/proc/self/task");
    cycles(200);
    // A few for the JVM, which compiles and collects meanwhile.
    assertThat(entries("/proc/self/fd")).isLessThan(descriptors + 10);
    assertThat(entries("/proc/self/task")).isLessThan(threads + 10);
  }
}
