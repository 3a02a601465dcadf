package org.ppo4j.gymnasium;

import java.time.Duration;

/**
 * The limits of the workers of a {@link PythonVectorEnv}. Messages name them with the options of
 * the command line that set them.
 *
 * @param startTimeout the time limit for starting the workers and making the sub-environments
 * @param stepTimeout the time limit for one step, or one reset, of all sub-environments
 * @param closeTimeout the time limit for closing the sub-environments and ending the workers
 * @param maxWorkerRestarts how often a worker that fails is replaced, over all workers
 */
public record WorkerLimits(
    Duration startTimeout, Duration stepTimeout, Duration closeTimeout, int maxWorkerRestarts) {
  /** 2 minutes to start, 1 minute for a step, 5 seconds to close, 10 restarts. */
  public static final WorkerLimits DEFAULT =
      new WorkerLimits(Duration.ofMinutes(2), Duration.ofMinutes(1), Duration.ofSeconds(5), 10);

  /**
   * Creates limits.
   *
   * @throws IllegalArgumentException if a time is not positive or the number is negative
   */
  public WorkerLimits {
    requirePositive("startTimeout", startTimeout);
    requirePositive("stepTimeout", stepTimeout);
    requirePositive("closeTimeout", closeTimeout);
    if (maxWorkerRestarts < 0) {
      throw new IllegalArgumentException(
          "maxWorkerRestarts is %d: expected 0 or more".formatted(maxWorkerRestarts));
    }
  }

  private static void requirePositive(String name, Duration limit) {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException(
          "%s is %s: expected a positive time".formatted(name, limit));
    }
  }

  /** Formats the limit on starting, with its names. */
  String start() {
    return text(startTimeout, "startTimeout, --start-timeout");
  }

  /** Formats the limit on a step, with its names. */
  String step() {
    return text(stepTimeout, "stepTimeout, --step-timeout");
  }

  /** Formats the limit on closing, with its names. */
  String close() {
    return text(closeTimeout, "closeTimeout, --close-timeout");
  }

  private static String text(Duration limit, String names) {
    return "%s s, the limit (%s)".formatted(limit.toMillis() / 1000.0, names);
  }
}
