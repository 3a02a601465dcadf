package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.WorkerLimits;

/** The environments of {@code fault_envs.py}, and signals to the processes that step them. */
final class Workers {
  /** The faults of {@code fault_envs.py}, in its order. */
  static final List<String> FAULTS =
      List.of("kill", "stop", "crash", "raise", "hang", "exit", "close_pipe", "abort");

  private Workers() {}

  /** Returns a configuration with one environment for each worker, and limits of seconds. */
  static PythonEnvConfig config(int workers, Map<String, Object> kwargs) {
    Duration start = Duration.ofSeconds(10 + 2 * workers);
    return PythonEnvConfig.of("fault_envs:ppo4j/Fault-v0", workers)
        .withWorkers(workers)
        .withKwargs(kwargs)
        .withLimits(
            new WorkerLimits(start, Duration.ofSeconds(3), Duration.ofSeconds(5), 1_000_000));
  }

  /** Returns the guards of the workers of this program, each the parent of a worker. */
  static List<ProcessHandle> guards() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.children().findAny().isPresent())
        .toList();
  }

  /** Sends a signal; the process may have ended already. */
  static void signal(String name, ProcessHandle process) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
        .redirectErrorStream(true)
        .redirectOutput(Path.of("/dev/null").toFile())
        .start()
        .waitFor();
  }
}
