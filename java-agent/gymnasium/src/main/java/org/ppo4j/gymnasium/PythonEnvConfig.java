package org.ppo4j.gymnasium;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.action.ActionMasks;

/**
 * The configuration of a {@link PythonVectorEnv}: which Gymnasium environment it opens, and how.
 *
 * @param id what {@code gymnasium.make} takes: {@code HalfCheetah-v5}, or {@code module:Id} for an
 *     id that importing {@code module} registers
 * @param numEnvs the number of sub-environments, N
 * @param kwargs further arguments of {@code gymnasium.make}; values are those that JSON can
 *     represent, null for Python's {@code None}
 * @param workers the number of Python processes the sub-environments are spread over; not more of
 *     them are started than there are sub-environments
 * @param python the Python interpreter
 * @param limits the time limits
 * @param seeds the seeds that workers start with
 * @param output where to write what environments print, a file that is appended to, or {@link
 *     #STANDARD_ERROR}; null for nowhere
 * @param exactRecovery whether a worker that replaces one that failed repeats what that one was
 *     asked since its last reset by a seed, so that nothing is lost; for environments that are
 *     deterministic
 * @param actionMasks where the environments say which actions are valid
 */
public record PythonEnvConfig(
    String id,
    int numEnvs,
    Map<String, Object> kwargs,
    int workers,
    Path python,
    WorkerLimits limits,
    WorkerSeeds seeds,
    @Nullable Path output,
    boolean exactRecovery,
    ActionMasks actionMasks) {

  /** The {@link #output} that stands for standard error. */
  public static final Path STANDARD_ERROR = Path.of("-");

  public PythonEnvConfig {
    kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    if (numEnvs < 1) {
      throw new IllegalArgumentException(
          "numEnvs is %d: expected at least one sub-environment".formatted(numEnvs));
    }
    if (workers < 1) {
      throw new IllegalArgumentException(
          "workers is %d: expected at least one process".formatted(workers));
    }
  }

  /** Creates a configuration with masks of actions wherever they are found. */
  public PythonEnvConfig(
      String id,
      int numEnvs,
      Map<String, Object> kwargs,
      int workers,
      Path python,
      WorkerLimits limits,
      WorkerSeeds seeds,
      @Nullable Path output,
      boolean exactRecovery) {
    this(
        id,
        numEnvs,
        kwargs,
        workers,
        python,
        limits,
        seeds,
        output,
        exactRecovery,
        ActionMasks.AUTO);
  }

  /**
   * Returns the configuration without further arguments, with a worker for each processor, the
   * interpreter of {@link PythonFinder#find}, the limits of {@link WorkerLimits#DEFAULT} and seeds
   * of 0.
   *
   * @throws org.ppo4j.env.EnvException if no interpreter is found
   */
  public static PythonEnvConfig of(String id, int numEnvs) {
    return new PythonEnvConfig(
        id,
        numEnvs,
        Map.of(),
        Runtime.getRuntime().availableProcessors(),
        PythonFinder.find(),
        WorkerLimits.DEFAULT,
        new WorkerSeeds(0, 0),
        null,
        false,
        ActionMasks.AUTO);
  }

  public PythonEnvConfig withKwargs(Map<String, Object> kwargs) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withWorkers(int workers) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withPython(Path python) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withLimits(WorkerLimits limits) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withStartTimeout(Duration limit) {
    return withLimits(
        new WorkerLimits(
            limit, limits.stepTimeout(), limits.closeTimeout(), limits.maxWorkerRestarts()));
  }

  public PythonEnvConfig withStepTimeout(Duration limit) {
    return withLimits(
        new WorkerLimits(
            limits.startTimeout(), limit, limits.closeTimeout(), limits.maxWorkerRestarts()));
  }

  public PythonEnvConfig withCloseTimeout(Duration limit) {
    return withLimits(
        new WorkerLimits(
            limits.startTimeout(), limits.stepTimeout(), limit, limits.maxWorkerRestarts()));
  }

  public PythonEnvConfig withMaxWorkerRestarts(int restarts) {
    return withLimits(
        new WorkerLimits(
            limits.startTimeout(), limits.stepTimeout(), limits.closeTimeout(), restarts));
  }

  public PythonEnvConfig withSeeds(WorkerSeeds seeds) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  /** Returns a copy whose workers start with the seeds of a training with {@code seed}. */
  public PythonEnvConfig withSeed(long seed) {
    return withSeeds(new WorkerSeeds(seed, seed));
  }

  public PythonEnvConfig withOutput(@Nullable Path output) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withExactRecovery(boolean exactRecovery) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  public PythonEnvConfig withActionMasks(ActionMasks actionMasks) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  /** Returns a copy with another number of sub-environments. */
  PythonEnvConfig withNumEnvs(int numEnvs) {
    return new PythonEnvConfig(
        id, numEnvs, kwargs, workers, python, limits, seeds, output, exactRecovery, actionMasks);
  }

  /** Returns the number of processes. */
  int processes() {
    return Math.min(workers, numEnvs);
  }

  /** Returns the first sub-environment of a process. */
  int firstOf(int process) {
    return (int) ((long) process * numEnvs / processes());
  }
}
