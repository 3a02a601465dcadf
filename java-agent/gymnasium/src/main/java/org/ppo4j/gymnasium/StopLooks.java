package org.ppo4j.gymnasium;

/**
 * Looks at a process that is waited for: a stopped one (SIGSTOP) does not answer, and nothing says
 * so. The first look is after a second, so that usual waits do not pay for any.
 *
 * <p>A process is taken for stopped after several looks, because a user who stops and continues
 * Java and its workers continues one after the other.
 */
final class StopLooks {
  private static final long FIRST_NANOS = 1_000_000_000;
  private static final long INTERVAL_NANOS = 100_000_000;

  /** The looks in a row that have to find the process stopped. */
  private static final int LOOKS = 5;

  private final WorkerProcess process;
  private long next;
  private int found;

  StopLooks(WorkerProcess process) {
    this.process = process;
  }

  /**
   * Begins a wait.
   *
   * @param now a time on the clock of {@link System#nanoTime}, as below
   */
  void begin(long now) {
    next = now + FIRST_NANOS;
    found = 0;
  }

  /** Looks, if it is time to, and returns whether the process is stopped. */
  boolean isStopped(long now) {
    if (now - next < 0) {
      return false;
    }
    next = now + INTERVAL_NANOS;
    found = process.isStopped() ? found + 1 : 0;
    return found >= LOOKS;
  }
}
