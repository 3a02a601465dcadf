package org.ppo4j.gymnasium;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Fixtures of the tests that start Python: interpreter, environments, processes and files. */
final class TestWorkers {
  static final Path PYTHON = Path.of(System.getProperty("ppo4j.test.python", "python3"));

  private TestWorkers() {}

  /** Returns a configuration of an environment of {@code bridge_test_envs.py}. */
  static PythonEnvConfig config(String name, int numEnvs) {
    return gymnasium("bridge_test_envs:ppo4j/%s-v0".formatted(name), numEnvs);
  }

  static PythonEnvConfig gymnasium(String id, int numEnvs) {
    Duration limit = Duration.ofMinutes(1);
    WorkerLimits limits = new WorkerLimits(limit, limit, Duration.ofSeconds(5), 0);
    return new PythonEnvConfig(
        id, numEnvs, Map.of(), 1, PYTHON, limits, new WorkerSeeds(0, 0), null, false);
  }

  /** Returns the running worker processes of this JVM. */
  static List<ProcessHandle> running() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
  }

  /** Returns the files of the maps of the JVM with that process id. */
  static List<Path> mapFiles(long pid) throws IOException {
    try (Stream<Path> files = Files.list(SharedMap.directory())) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("ppo4j-" + pid + "-"))
          .toList();
    }
  }

  /** Waits up to 2 minutes for {@code condition} and returns whether it became true. */
  static boolean becomesTrue(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Thread.sleep(10);
    }
    return true;
  }
}
