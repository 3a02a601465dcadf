package org.ppo4j.agent.network;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs two tasks at the same time: one on the calling thread, the other on a second thread.
 *
 * <p>Tasks take microseconds, so the second thread spins while it waits for the next one, and
 * sleeps after {@value #SPIN_NANOS} ns without one. If the second thread has not started its task
 * when the caller finishes, because other programs use the cores, the caller runs both. Which
 * thread runs a task never changes a result: neither task writes what the other uses. Only one
 * caller at a time is allowed.
 */
public final class TwoThreads implements AutoCloseable {
  private static final long SPIN_NANOS = 100_000;

  /** How many times a waiting thread checks before it yields its core to other threads. */
  private static final int LOOKS = 2_000;

  private final @Nullable Thread second;
  private Runnable theirs = () -> {};
  private @Nullable Throwable failure;

  /** The number of tasks handed to the second thread. */
  private volatile long handed;

  /** The number of those tasks that either thread has started. */
  private final AtomicLong begun = new AtomicLong();

  /** The number of those tasks that are done. */
  private volatile long done;

  private volatile boolean asleep;
  private volatile boolean closed;

  /** Makes the second thread by {@code factory}; none if that is null. */
  TwoThreads(@Nullable ThreadFactory factory) {
    second = factory == null ? null : factory.newThread(this::serve);
    if (second != null) {
      second.start();
    }
  }

  /** Returns an instance that uses one thread, or two if {@code threads} is more than one. */
  public static TwoThreads of(int threads) {
    return new TwoThreads(
        threads > 1 ? Thread.ofPlatform().daemon().name("ppo4j-duo").factory() : null);
  }

  /** Runs both tasks; on the calling thread alone if there is only one thread. */
  public void both(Runnable mine, Runnable theirs) {
    if (second == null) {
      mine.run();
      theirs.run();
      return;
    }
    this.theirs = theirs;
    failure = null;
    long piece = handed + 1;
    handed = piece;
    if (asleep) {
      LockSupport.unpark(second);
    }
    try {
      mine.run();
    } finally {
      begin(piece);
      int looks = 0;
      while (done < piece) {
        pause(++looks);
      }
    }
    Throwable thrown = failure;
    if (thrown != null) {
      throw new IllegalStateException("the second task failed:  " + thrown, thrown);
    }
  }

  /** Runs a task unless the other thread has started it. */
  private void begin(long piece) {
    if (begun.compareAndSet(piece - 1, piece)) {
      try {
        theirs.run();
      } catch (Throwable e) {
        failure = e;
      }
      done = piece;
    }
  }

  private void serve() {
    long last = 0;
    while (awaitPieceAfter(last)) {
      last = handed;
      begin(last);
    }
  }

  /** Waits for another task; returns false if this is closed. */
  private boolean awaitPieceAfter(long last) {
    long start = System.nanoTime();
    int looks = 0;
    while (handed == last) {
      if (closed) {
        return false;
      }
      if (++looks % LOOKS == 0 && System.nanoTime() - start > SPIN_NANOS) {
        asleep = true;
        if (handed == last && !closed) {
          LockSupport.park(this);
        }
        asleep = false;
      } else {
        pause(looks);
      }
    }
    return true;
  }

  @SuppressWarnings("ThreadPriorityCheck") // where cores are few, the other thread needs this one
  private static void pause(int looks) {
    if (looks % LOOKS == 0) {
      Thread.yield();
    } else {
      Thread.onSpinWait();
    }
  }

  /** Stops the second thread. */
  @Override
  public void close() {
    closed = true;
    if (second != null) {
      LockSupport.unpark(second);
    }
  }
}
