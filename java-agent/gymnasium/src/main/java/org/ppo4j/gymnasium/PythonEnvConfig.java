package org.ppo4j.gymnasium;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The configuration of a {@link PythonVectorEnv}: which Gymnasium environment it opens, and how.
 *
 * @param id what {@code gymnasium.make} takes: {@code HalfCheetah-v5}, or {@code module:Id} for an
 *     id that importing {@code module} registers
 * @param numEnvs the number of sub-environments, N
 * @param kwargs further arguments of {@code gymnasium.make}; values are those that JSON can
 *     represent, null for Python's {@code None}
 * @param workers the number of Python processes the sub-environments are spread over, at most N
 * @param python the Python interpreter
 * @param startTimeout the time limit for starting the workers and making the sub-environments
 * @param stepTimeout the time limit for one step, or one reset, of all sub-environments
 */
public record PythonEnvConfig(
    String id,
    int numEnvs,
    Map<String, Object> kwargs,
    int workers,
    Path python,
    Duration startTimeout,
    Duration stepTimeout) {

  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final Duration STEP_TIMEOUT = Duration.ofMinutes(1);

  public PythonEnvConfig {
    kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    if (numEnvs < 1) {
      throw new IllegalArgumentException(
          "numEnvs is %d: expected at least one sub-environment".formatted(numEnvs));
    }
    if (workers < 1 || workers > numEnvs) {
      throw new IllegalArgumentException(
          "workers is %d: expected 1 to %d, the number of sub-environments"
              .formatted(workers, numEnvs));
    }
    if (!startTimeout.isPositive() || !stepTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "the timeouts are %s and %s: expected positive ones"
              .formatted(startTimeout, stepTimeout));
    }
  }

  /**
   * Returns the configuration without further arguments, with a worker for each processor, the
   * interpreter of {@link PythonFinder#find}, 2 minutes to start and 1 minute for a step.
   *
   * @throws org.ppo4j.env.EnvException if no interpreter is found
   */
  public static PythonEnvConfig of(String id, int numEnvs) {
    int workers = Math.clamp(numEnvs, 1, Runtime.getRuntime().availableProcessors());
    return new PythonEnvConfig(
        id, numEnvs, Map.of(), workers, PythonFinder.find(), START_TIMEOUT, STEP_TIMEOUT);
  }

  public PythonEnvConfig withKwargs(Map<String, Object> kwargs) {
    return new PythonEnvConfig(id, numEnvs, kwargs, workers, python, startTimeout, stepTimeout);
  }

  public PythonEnvConfig withWorkers(int workers) {
    return new PythonEnvConfig(id, numEnvs, kwargs, workers, python, startTimeout, stepTimeout);
  }

  public PythonEnvConfig withPython(Path python) {
    return new PythonEnvConfig(id, numEnvs, kwargs, workers, python, startTimeout, stepTimeout);
  }

  public PythonEnvConfig withStartTimeout(Duration startTimeout) {
    return new PythonEnvConfig(id, numEnvs, kwargs, workers, python, startTimeout, stepTimeout);
  }

  public PythonEnvConfig withStepTimeout(Duration stepTimeout) {
    return new PythonEnvConfig(id, numEnvs, kwargs, workers, python, startTimeout, stepTimeout);
  }
}
