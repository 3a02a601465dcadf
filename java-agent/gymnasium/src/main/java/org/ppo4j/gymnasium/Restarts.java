package org.ppo4j.gymnasium;

import java.util.concurrent.atomic.AtomicLong;
import org.ppo4j.env.EnvException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The restarts of the workers of one environment: for which failures, and how many. */
final class Restarts {
  private static final Logger LOG = LoggerFactory.getLogger(Restarts.class);

  private final int limit;
  private final AtomicLong count = new AtomicLong();

  /** Allows {@code limit} restarts. */
  Restarts(int limit) {
    this.limit = limit;
  }

  /**
   * Returns whether another worker may do better: not for what an environment raised in its first
   * step ever, since a new one starts with that, and not for what it returned.
   *
   * @param stepped whether all environments, of this worker or an earlier one, made a step
   */
  static boolean areOfUse(Worker worker, EnvException failure, boolean stepped) {
    return !Thread.currentThread().isInterrupted()
        && (failure instanceof PythonException raised
            ? (stepped || worker.hasStepped()) && !raised.isByBridge()
            : worker.hasStarted());
  }

  /** Returns the number of restarts; may be called from any thread. */
  long count() {
    return count.get();
  }

  /**
   * Counts a restart and warns of it.
   *
   * @throws EnvException if it would be one too many
   */
  void count(EnvException failure) {
    count(failure, "the episodes there are cut off");
  }

  /**
   * Counts a restart after which {@code steps} are repeated, and warns of it.
   *
   * @throws EnvException if it would be one too many
   */
  void count(EnvException failure, int steps) {
    count(failure, "its %,d steps since the reset are repeated".formatted(steps));
  }

  private void count(EnvException failure, String consequence) {
    if (limit == 0) {
      throw failure;
    }
    if (count.get() >= limit) {
      throw new EnvException(
          "workers were restarted %d times, the limit (maxWorkerRestarts, --max-worker-restarts), and then %s"
              .formatted(limit, failure.getMessage()),
          failure);
    }
    String reason = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    LOG.warn(
        "Warning: {}; its worker is restarted ({} of at most {} times), and {}",
        reason.replace(WorkerProcess.LAST_LINES, ""),
        count.incrementAndGet(),
        limit,
        consequence);
    LOG.debug("the failure of the worker", failure);
  }
}
